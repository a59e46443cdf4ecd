# shellcheck shell=bash
# What a run changes, written down before it is changed, so that it can be taken back: by the run itself when it
# fails, by the next one when it was killed, by --uninstall years later.
#
#     $run/begun              the steps that this run has begun, in order
#     $run/made, changed      paths outside the prefix; as they were before lies under $run/before
#     $run/trees              folders within the prefix
#     $run/packages, groups   what apt brought, and which groups did not exist before
#     $run/blocks             files of the system with lines of ours between two marks
#     $kept/…                 the same since the first installation, without what was before: our files are
#                             removed, our lines are taken out, and the rest is left as it is today

begin_mark='# countoff begin'
# In a file whose last line had no end: it gets one, which goes with the block.
begin_mark_unended='# countoff begin (the line above had no end)'
end_mark='# countoff end'

# note LIST LINE: adds the line to a list of this run, once, and has it on the disk.
note() {
    grep -qxF -- "$2" "$run/$1" 2>/dev/null && return
    printf '%s\n' "$2" >>"$run/$1"
    sync -f "$run/$1"
}

# remember PATH: keeps the path as it is now, unless this run did so before.
remember() {
    grep -qxF -- "$1" "$run/made" "$run/changed" 2>/dev/null && return
    if [[ -e $1 || -L $1 ]]; then
        mkdir -p "$run/before$(dirname "$1")"
        cp --archive "$1" "$run/before$1"
        note changed "$1"
    else
        note made "$1"
    fi
}

# make_folder PATH: makes it and what is missing above it.
make_folder() {
    [[ -d $1 ]] && return
    make_folder "$(dirname "$1")"
    remember "$1"
    mkdir "$1"
}

# is_put SOURCE PATH: is the file there, as it should be?
is_put() {
    [[ -f $2 && ! -L $2 ]] && cmp --silent "$1" "$2"
}

# put SOURCE PATH: copies a file to its place, at once or not at all.
put() {
    is_put "$1" "$2" && return
    make_folder "$(dirname "$2")"
    remember "$2"
    install -m 0644 "$1" "$2.new"
    sync -f "$2.new"
    mv --force "$2.new" "$2"
}

# put_link TARGET PATH: the same for a symbolic link.
put_link() {
    [[ -L $2 && $(readlink "$2") == "$1" ]] && return
    make_folder "$(dirname "$2")"
    remember "$2"
    ln --symbolic --force --no-dereference "$1" "$2.new"
    mv --force --no-target-directory "$2.new" "$2"
}

# drop PATH: removes a file or link of ours.
drop() {
    [[ -e $1 || -L $1 ]] || return 0
    remember "$1"
    rm --force "$1"
}

# replace PATH: has standard input as the file's content, with its owner and mode, at once or not at all.
replace() {
    remember "$1"
    cp --archive "$1" "$1.new"
    cat >"$1.new"
    sync -f "$1.new"
    mv --force "$1.new" "$1"
}

has_block() {
    [[ -f $1 ]] && grep -q "^$begin_mark" "$1"
}

# block FILE: prints our lines in it.
block() {
    sed -n "/^$begin_mark/,/^$end_mark/p" "$1" | sed '1d;$d'
}

# without_block FILE: prints the file as it would be without our lines, byte by byte.
without_block() {
    if ! has_block "$1"; then
        cat "$1"
    elif grep -qxF "$begin_mark_unended" "$1"; then
        # The one line end in front of the mark is ours, too.
        sed "/^$begin_mark/,/^$end_mark/d" "$1" | head --bytes -1
    else
        sed "/^$begin_mark/,/^$end_mark/d" "$1"
    fi
}

# put_block FILE LINES: has these lines at the end of a file of the system.
put_block() {
    local before mark=$begin_mark
    before=$(mktemp)
    without_block "$1" >"$before"
    [[ -s $before && -n $(tail --bytes 1 "$before") ]] && mark=$begin_mark_unended
    note blocks "$1"
    {
        cat "$before"
        [[ $mark == "$begin_mark" ]] || echo
        printf '%s\n' "$mark" "$2" "$end_mark"
    } | replace "$1"
    rm "$before"
}

drop_block() {
    local after
    has_block "$1" || return 0
    after=$(mktemp)
    without_block "$1" >"$after"
    replace "$1" <"$after"
    rm "$after"
}

# lines LEDGER LIST: prints a list, the newest line first; nothing where there is none.
lines() {
    [[ ! -e $1/$2 ]] || tac "$1/$2"
}

# restore LEDGER: takes every file of a ledger back; the run's to what was before it, the other's to nothing.
restore() {
    local path
    while read -r path; do
        rm --recursive --force "$path"
    done < <(lines "$1" trees)
    if [[ $1 == "$kept" ]]; then
        while read -r path; do
            [[ ! -f $path ]] || take_block_out "$path"
        done < <(lines "$1" blocks)
    fi
    while read -r path; do
        rm --recursive --force "$path.new"
        cp --archive --no-target-directory "$1/before$path" "$path.new"
        mv --force --no-target-directory "$path.new" "$path"
    done < <(lines "$1" changed)
    while read -r path; do
        rm --force "$path.new"
        if [[ -d $path && ! -L $path ]]; then
            rmdir --ignore-fail-on-non-empty "$path"
        else
            rm --force "$path"
        fi
    done < <(lines "$1" made)
}

# take_block_out FILE: without a run, for --uninstall.
take_block_out() {
    has_block "$1" || return 0
    cp --archive "$1" "$1.new"
    without_block "$1" >"$1.new"
    mv --force "$1.new" "$1"
}

# begin_run: a ledger for this run.
begin_run() {
    rm --recursive --force "$prefix/gone"
    mkdir --parents "$run/tmp" "$versions" "$wheels"
    chmod 1777 "$run/tmp"
    # What pip leaves when it is killed goes with the run; and what it compiles needs no memory of a /tmp in memory.
    export TMPDIR=$run/tmp
    sync -f "$run"
}

# keep_run: what this run did belongs to the installation from now on.
keep_run() {
    local list
    touch "$run/complete"
    sync -f "$run"
    for list in made packages groups blocks; do
        [[ -e $run/$list ]] || continue
        touch "$kept/$list"
        grep -vxFf "$kept/$list" "$run/$list" >>"$kept/$list" || true
    done
    for list in answers default-settings; do
        [[ ! -e $run/$list ]] || cp "$run/$list" "$kept/$list"
    done
    touch "$kept/installed"
    sync -f "$kept"
    forget_run
}

# forget_run: away with the run's ledger, all of it at once.
forget_run() {
    [[ -d $run ]] || return 0
    rm --recursive --force "$prefix/gone"
    mv "$run" "$prefix/gone"
    sync -f "$prefix"
    rm --recursive --force "$prefix/gone"
}

is_run_broken_off() {
    [[ -d $run && ! -e $run/complete ]]
}
