"""Movies and sound: what their containers and streams say of themselves, and how loud they are."""
