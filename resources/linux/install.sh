#!/bin/sh
# Installs the program for the person who runs this, or removes it again. / Устанавливает программу для того, кто это
# запустил, или удаляет её.
#
#   ./install.sh             into ~/.local
#   ./install.sh --remove    removes exactly what was installed; settings, journal and secrets stay
#   PREFIX=/usr/local ./install.sh [--remove]    for everybody, as root
set -eu

name=b24learn-gui
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
case $prefix in
    /*) ;;
    *) echo "PREFIX has to begin with /" >&2; exit 2 ;;
esac
program=$prefix/lib/$name
share=$prefix/share

# What is installed outside of the program's own folder, from the archive's list.
files() {
    (cd "$here/share" && find . -type f | sed 's|^\./||' | sort)
}

# The command may also have been made known by others: pipx makes such a link of the same name.
is_our_link() {
    [ -L "$prefix/bin/$name" ] && [ "$(readlink -- "$prefix/bin/$name")" = "../lib/$name/$name" ]
}

remove_folder() {
    # Only a folder that holds this program: PREFIX may have been mistyped.
    if [ -e "$1/$name" ] && [ -d "$1/_internal" ]; then rm -rf -- "$1"; fi
}

remove() {
    files | while IFS= read -r each; do
        rm -f -- "$share/$each"
        rmdir -p --ignore-fail-on-non-empty -- "$share/$(dirname -- "$each")" 2>/dev/null || :
    done
    if is_our_link; then
        rm -f -- "$prefix/bin/$name"
    fi
    remove_folder "$program"
    echo "Removed. Settings, journal, logs and secrets stay: ~/.config/$name, ~/.local/share/$name, ~/.local/state/$name"
}

refresh() {
    update-desktop-database -q "$share/applications" 2>/dev/null || :
    gtk-update-icon-cache -q -t -f "$share/icons/hicolor" 2>/dev/null || :
}

install() {
    mkdir -p -- "$prefix/bin" "$prefix/lib" "$share"
    if [ -e "$program" ] && ! { [ -e "$program/$name" ] && [ -d "$program/_internal" ]; }; then
        echo "$program is something else; nothing was installed." >&2
        exit 1
    fi
    if { [ -e "$prefix/bin/$name" ] || [ -L "$prefix/bin/$name" ]; } && ! is_our_link; then
        echo "$prefix/bin/$name is something else; nothing was installed." >&2
        exit 1
    fi
    # Beside its place first: what is there works until everything is there.
    rm -rf -- "$program.new" "$program.old"
    mkdir -- "$program.new"
    for each in "$name" B24Learn _internal licences share install.sh README.txt; do
        cp -R -P -p -- "$here/$each" "$program.new/"
    done
    chmod -R u+w "$program.new"
    if [ -e "$program" ]; then mv -- "$program" "$program.old"; fi
    mv -- "$program.new" "$program"
    rm -rf -- "$program.old"
    ln -sfn -- "../lib/$name/$name" "$prefix/bin/$name"
    files | while IFS= read -r each; do
        mkdir -p -- "$share/$(dirname -- "$each")"
        cp -- "$here/share/$each" "$share/$each"
        chmod 644 "$share/$each"
    done
    # A menu need not know ~/.local/bin: it gets the whole path, quoted as desktop files want it.
    command=$(printf '%s' "$prefix/bin/$name" | sed 's/\\/\\\\/g')
    quoted=$(printf '%s' "$prefix/bin/$name" | sed -e 's/[\\"`$]/\\&/g' -e 's/%/%%/g' -e 's/\\/\\\\/g')
    sed -e "s|^Exec=.*|Exec=\"$(printf '%s' "$quoted" | sed 's/[\\&|]/\\&/g')\"|" \
        -e "s|^TryExec=.*|TryExec=$(printf '%s' "$command" | sed 's/[\\&|]/\\&/g')|" \
        "$here/share/applications/$name.desktop" > "$share/applications/$name.desktop"
    echo "Installed as $prefix/bin/$name."
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) echo "$prefix/bin is not among your commands yet; the menu finds the program, a terminal after signing in again." ;;
    esac
}

case ${1:-} in
    "") install; refresh ;;
    --remove) remove; refresh ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
