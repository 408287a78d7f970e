-- The kinds of work that most studios know, and how they call them.
INSERT INTO rushes_tasktype (code, name, position) VALUES
    ('mod', 'Modelling', 10), ('rig', 'Rigging', 20), ('ldev', 'Look development', 30),
    ('layout', 'Layout', 40), ('matte', 'Matte painting', 50), ('anim', 'Animation', 60),
    ('cfx', 'Character effects', 70), ('fx', 'Effects', 80), ('env', 'Environment', 90),
    ('lgt', 'Lighting', 100), ('comp', 'Compositing', 110);
