"""How values are spelled in the API's JSON: the server and its clients write and read the same."""
