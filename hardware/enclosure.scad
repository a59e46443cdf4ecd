// The case: a base that hangs on the wall, a lid that is its front, and a frame that holds the screen.
//
// Its measures and every hole come from openings.scad, which is made from box.toml. The corner between
// the inside of the back, the left and the bottom wall is 0, 0, 0; z goes towards whoever looks at the box.
//
//     openscad -D 'part="base"' -o base.stl enclosure.scad
//
// part: base, lid, frame as they are printed; closed, open, inside and back to look at.

include <openings.scad>

part = "open";
fit = 0.3;            // between parts that slide into each other
lip = 2.2;
post_length = 14;
hole_for_m25 = 2.1;   // self-cutting in plastic
hole_for_m2 = 1.7;
engraving = 0.6;
$fn = 48;

module rounded(size, radius) {
    linear_extrude(size[2])
        translate([radius, radius])
            offset(radius) square([size[0] - 2 * radius, size[1] - 2 * radius]);
}

module hull_of(clearance, from, to) {
    translate([-clearance, -clearance, from])
        rounded([inside[0] + 2 * clearance, inside[1] + 2 * clearance, to - from],
                max(corner - wall + clearance, 1));
}

// What goes through a wall, `deep` mm long, in the middle of it.
module through(wall_name, along, up, deep) {
    if (wall_name == "bottom") translate([along, -wall / 2, up]) rotate([90, 0, 0]) drill(deep) children();
    if (wall_name == "top") translate([along, inside[1] + wall / 2, up]) rotate([90, 0, 0]) drill(deep) children();
    if (wall_name == "left") translate([-wall / 2, along, up]) rotate([90, 0, 90]) drill(deep) children();
    if (wall_name == "right") translate([inside[0] + wall / 2, along, up]) rotate([90, 0, 90]) drill(deep) children();
}

module drill(deep) {
    translate([0, 0, -deep / 2]) linear_extrude(deep) children();
}

module hole(opening) {
    through(opening[1], opening[2], opening[3], wall + 2) {
        if (opening[4] > 0) circle(d = opening[4]);
        else offset(1) square([opening[5][0] - 2, opening[5][1] - 2], center = true);
        if (opening[6] > 0) for (side = [-1, 1]) translate([side * opening[6] / 2, 0]) circle(d = 3.2);
    }
}

module slots(wall_name, from_to, up) {
    for (along = [from_to[0] : vent_pitch : from_to[1]])
        through(wall_name, along, up, wall + 2)
            offset(vent_slot[0] / 2 - 0.01) square([0.02, vent_slot[1] - vent_slot[0]], center = true);
}

module standoffs(at, holes, height) {
    for (place = holes) translate([at[0] + place[0], at[1] + place[1], 0]) difference() {
        cylinder(d1 = 8, d2 = 6, h = height);
        translate([0, 0, 1]) cylinder(d = hole_for_m25, h = height);
    }
}

module at_corners() {
    for (x = [0, 1], y = [0, 1])
        translate([x * inside[0], y * inside[1], 0]) mirror([x, 0, 0]) mirror([0, y, 0]) children();
}

// Where the lid is screwed down; the cone below lets it be printed without support.
module posts() {
    intersection() {
        hull_of(0.5, 0, inside[2]);
        at_corners() hull() {
            translate([-1, -1, inside[2] - post_length]) cube([screw_post + 1, screw_post + 1, post_length]);
            translate([-1, -1, inside[2] - post_length - screw_post]) cube([1, 1, 1]);
        }
    }
}

module keyhole() {
    translate([0, 0, -wall - 1]) linear_extrude(wall + 2) {
        circle(d = keyhole_head);
        translate([-keyhole_neck / 2, 0]) square([keyhole_neck, keyhole_head]);
        translate([0, keyhole_head]) circle(d = keyhole_neck);
    }
}

module base() {
    difference() {
        union() {
            difference() {
                hull_of(wall, -wall, inside[2]);
                hull_of(0, 0, inside[2] + 1);
            }
            posts();
        }
        for (opening = openings) hole(opening);
        slots("top", vent_top, inside[2] / 2);
        slots("bottom", vent_bottom, 4 + vent_slot[1] / 2);
        for (side = [-1, 1]) translate([inside[0] / 2 + side * keyhole_apart / 2, inside[1] - keyhole_down, 0]) keyhole();
        at_corners() translate([screw_post / 2, screw_post / 2, inside[2] - post_length + 2]) cylinder(d = insert, h = post_length);
    }
    standoffs(pi_at, pi_holes, pi_standoff);
    standoffs(carrier_at, carrier_holes, carrier_standoff);
}

module word(text, size, height) {
    linear_extrude(height) text(text, $fn = 6, size = size, font = "DejaVu Sans:style=Bold", halign = "center", valign = "center");
}

module labels(height = engraving + 1) {
    for (opening = openings) translate([0, 0, inside[2] + wall - engraving]) {
        if (opening[1] == "bottom") translate([opening[2], 4.5, 0]) word(opening[0], 3.6, height);
        if (opening[1] == "left") translate([4.5, opening[2], 0]) rotate(90) word(opening[0], 3.6, height);
        if (opening[1] == "right") translate([inside[0] - 4.5, opening[2], 0]) rotate(90) word(opening[0], 3.6, height);
    }
}

module window() {
    width = screen_window[0];
    height = screen_window[1];
    translate([screen_at[0], screen_at[1], inside[2] - 1]) {
        translate([0, 0, (wall + 2) / 2]) cube([width, height, wall + 4], center = true);
        // A bevel, so that it is read from the side as well.
        hull() {
            translate([0, 0, 1 + wall]) cube([width + 2 * wall - 2, height + 2 * wall - 2, 0.02], center = true);
            translate([0, 0, 2]) cube([width, height, 0.02], center = true);
        }
    }
}

module screw_places() {
    for (x = [-1, 1], y = [-1, 1])
        translate([screen_at[0] + x * screen_frame_screws / 2, screen_at[1] + y * screen_board[1] / 4, 0]) children();
}

module lid(is_engraved = true) {
    difference() {
        union() {
            hull_of(wall, inside[2], inside[2] + wall);
            difference() {
                hull_of(-fit, inside[2] - lip, inside[2] + 0.01);
                hull_of(-fit - 1.8, inside[2] - lip - 1, inside[2]);
                at_corners() translate([-1, -1, inside[2] - lip - 1]) cube([screw_post + 1.5, screw_post + 1.5, lip + 1]);
            }
            screw_places() translate([0, 0, inside[2] - screen_depth + 1]) cylinder(d = 5.4, h = screen_depth);
        }
        window();
        if (is_engraved) labels();
        at_corners() translate([screw_post / 2, screw_post / 2, inside[2] - 1]) cylinder(d = lid_screw, h = wall + 2);
        at_corners() translate([screw_post / 2, screw_post / 2, inside[2] + wall - 1.8]) cylinder(d1 = lid_screw, d2 = 6.6, h = 1.81);
        screw_places() translate([0, 0, inside[2] - screen_depth]) cylinder(d = hole_for_m2, h = screen_depth + 1);
        // The glass lies in the lid, and stays where it is.
        translate([screen_at[0], screen_at[1], inside[2]]) cube([screen_glass[0] + 1, screen_glass[1] + 1, 2.4], center = true);
    }
}

module frame() {
    translate([screen_at[0], screen_at[1], inside[2] - screen_depth - 1.5]) difference() {
        translate([0, 0, 1.25]) cube([screen_frame_screws + 8, screen_board[1] / 2 + 8, 2.5], center = true);
        translate([0, 0, 1]) cube([screen_board[0] - 10, screen_board[1] / 2 - 4, 6], center = true);
        for (x = [-1, 1], y = [-1, 1])
            translate([x * screen_frame_screws / 2, y * screen_board[1] / 4, -1]) cylinder(d = 2.3, h = 6);
    }
}

// ---- to look at ------------------------------------------------------------------------------------

module pi_dummy() {
    translate([pi_at[0], pi_at[1], pi_standoff]) {
        color("#2f7d4f") cube(pi_board);
        translate([0, 0, pi_board[2]]) {
            color("#c9ccd1") {
                translate([69.5, 3, 0]) cube([18, 15.5, 13.5]);
                for (y = [22, 40]) translate([70, y, 0]) cube([17.5, 14, 16]);
                translate([7, -1.2, 0]) cube([9, 7.5, 3.2]);
            }
            color("#222222") translate([7.1, 49, 0]) cube([50.8, 5, 8.5]);
            color("#8a8f98") translate([22, 15, 0]) for (fin = [0 : 3 : 30]) translate([fin, 0, 0]) cube([1.2, 26, 14]);
            color("#8a8f98") translate([22, 15, 0]) cube([31.2, 26, 3]);
        }
    }
}

module carrier_dummy() {
    translate([carrier_at[0], carrier_at[1], carrier_standoff]) {
        color("#d8b27a") cube(carrier_board);
        translate([0, 0, carrier_board[2]]) {
            color("#222222") translate([26, 60, 0]) cube([58.4, 8.8, 8.8]);
            for (channel = [0 : 3]) translate([8 + 13 * channel, 12, 0]) {
                color("#d8c9a3") translate([0, 8, 1]) cube([2.4, 7, 2.4]);
                color("#d8c9a3") translate([4, 8, 1]) cube([2.4, 7, 2.4]);
                color("#c46a2b") translate([0, 18, 0]) cube([5, 3, 6]);
                color("#333333") translate([8, 8, 1]) cube([3, 8, 3]);
            }
            color("#2f6fb5") translate([8, 1, 0]) cube([28, 7, 9]);
            color("#2f6fb5") translate([42, 1, 0]) cube([14, 7, 9]);
            color("#2f6fb5") translate([62, 1, 0]) cube([14, 7, 9]);
            color("#2f6fb5") translate([16, 38, 0]) cube([7, 18, 9]);
            color("#222222") translate([82, 22, 0]) cube([10, 4.5, 15]);
            color("#8a8f98") translate([82, 26.5, 3]) cube([10, 1.2, 15]);
            color("#26324a") translate([84, 40, 0]) cylinder(d = 8, h = 12);
            color("#222222") translate([28, 44, 0]) cube([8, 7, 4]);
            color("#222222") translate([42, 36, 0]) cube([7, 19, 4]);
        }
    }
}

module socket_dummy(opening) {
    along = opening[2];
    if (opening[4] > 0) {
        is_jack = opening[4] < 10;
        color("#1c1c1c") through(opening[1], along, opening[3], wall + 6) circle(d = opening[4] - 0.4);
        color("#3a3a3a") through(opening[1], along, opening[3], wall + 5) difference() { circle(d = opening[4] + 4); circle(d = opening[4] - 0.2); }
        color("#1c1c1c") {
            if (opening[1] == "bottom") translate([along - 8, 0, opening[3] - 8]) cube([16, is_jack ? 28 : 14, 16]);
            if (opening[1] == "left") translate([0, along - 9, opening[3] - 9]) cube([14, 18, 18]);
        }
    }
}

module screen_dummy() {
    translate([screen_at[0], screen_at[1], inside[2] - 1.4]) {
        color("#10141c") cube([screen_glass[0], screen_glass[1], 2], center = true);
        color("#1f4f80") translate([0, 0, -2]) cube([screen_board[0], screen_board[1], 1.6], center = true);
        color("#c4e2ff") translate([0, 0, 1.05]) linear_extrude(0.2) {
            translate([-24, -10.5]) text("17.3", size = 13, font = "DejaVu Sans:style=Bold");
            translate([-24, 7.5]) text("VERSE 2", size = 3.6, font = "DejaVu Sans:style=Bold");
            translate([17, 7.5]) text("T4", size = 3.6, font = "DejaVu Sans:style=Bold");
        }
    }
}

module shell() {
    color("#7d8794") base();
}

module front() {
    color("#aab3bf") lid(is_engraved = false);
    color("#14181f") translate([0, 0, engraving + 0.05]) labels(0.2);
    screen_dummy();
}

module contents() {
    pi_dummy();
    carrier_dummy();
    for (opening = openings) socket_dummy(opening);
}

// References, where somebody looks for them.
module tag(at, name, ink = "white") {
    color(ink) translate(at) linear_extrude(0.4) text(name, size = 5, font = "DejaVu Sans:style=Bold", halign = "center", valign = "center");
}

module tags() {
    tag([127, 30, 8.6], "A1");
    tag([76, 82, carrier_standoff + 2.6], "A2", "black");
    tag([carrier_at[0] + 55, carrier_at[1] + 64, carrier_standoff + 11], "J1");
    tag([carrier_at[0] + 22, carrier_at[1] + 4.5, carrier_standoff + 11.2], "X1");
    tag([carrier_at[0] + 49, carrier_at[1] + 4.5, carrier_standoff + 11.2], "X2");
    tag([carrier_at[0] + 69, carrier_at[1] + 4.5, carrier_standoff + 11.2], "X3");
    tag([carrier_at[0] + 20, carrier_at[1] + 47, carrier_standoff + 11.2], "X4");
    for (number = [0 : 3]) tag([openings[number][2], 14, 31], str("J", number + 2));
    tag([150, 7, 46.2], "J7");
    tag([178, 7, 46.2], "J6");
    tag([7, 54, 37.2], "J8");
    tag([7, 90, 37.2], "J9");
}

// Flat on the bed, as they are printed.
if (part == "base") translate([0, 0, wall]) base();
if (part == "lid") rotate([180, 0, 0]) translate([0, 0, -inside[2] - wall]) lid();
if (part == "frame") translate([0, 0, -inside[2] + screen_depth + 1.5]) frame();
if (part == "closed") { shell(); contents(); front(); }
if (part == "inside") { shell(); contents(); tags(); }
if (part == "back") rotate([0, 180, 0]) {
    front();
    color("#c9a24a") translate([0, 0, -16]) frame();
}
if (part == "open") {
    shell();
    contents();
    translate([0, 0, 62]) front();
}
