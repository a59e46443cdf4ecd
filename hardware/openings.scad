// Written by scripts/make_hardware from hardware/box.toml; change it there. All in mm.
inside = [200, 122, 52];
wall = 3;
corner = 6;
screw_post = 9;
insert = 4;
lid_screw = 3.4;
keyhole_apart = 150;
keyhole_down = 22;
keyhole_screw = 4;
keyhole_head = 9;
keyhole_neck = 4.5;
pi_at = [114, 3.5];
pi_standoff = 6;
pi_board = [85, 56, 1.6];
pi_holes = [[3.5, 3.5], [61.5, 3.5], [3.5, 52.5], [61.5, 52.5]];
carrier_at = [8, 42];
carrier_standoff = 10;
carrier_board = [95, 70, 1.6];
carrier_holes = [[4, 4], [91, 4], [4, 66], [91, 66]];
screen_at = [100, 78];
screen_window = [57, 29.5];
screen_glass = [60.5, 37];
screen_board = [73, 45, 1.6];
screen_depth = 7;
screen_frame_screws = 79;
vent_slot = [3, 22];
vent_pitch = 7;
vent_top = [116, 190];
vent_bottom = [158, 194];

// [label, wall, along, up, diameter (0: a rectangle), [width, height], screws apart]
openings = [
    ["ROLL", "bottom", 19, 22, 9.8, [0, 0], 0],
    ["AGAIN", "bottom", 42, 22, 9.8, [0, 0], 0],
    ["KEEPER", "bottom", 65, 22, 9.8, [0, 0], 0],
    ["SONG", "bottom", 88, 22, 9.8, [0, 0], 0],
    ["5 V", "bottom", 125, 9.5, 0, [13, 9], 0],
    ["12 V", "bottom", 150, 38, 11, [0, 0], 0],
    ["LAMP", "bottom", 178, 38, 12.2, [0, 0], 0],
    ["USB  NET", "right", 31.5, 16, 0, [54, 19], 0],
    ["MIDI IN", "left", 54, 28, 15.5, [0, 0], 22.3],
    ["MIDI OUT", "left", 90, 28, 15.5, [0, 0], 22.3],
];
