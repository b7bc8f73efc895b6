#!/bin/sh
# An example connector for event70, to copy: POSIX shell, builtins only.
#
# Run it:  event70 run --connector "sh connector.sh"    PROTOCOL.md says what passes between them.
#
# What to change: part 2, down to part 3. Let your connector call `run` where it would start EXPORT or
# IMPORT, and `event` where it would log an event; keep in a file what must outlive a kill. Part 1,
# the protocol, and part 3, the loop, stay as they are.
set -f # "*.ccm" is not a pattern here

# Part 1: the protocol. Standard output belongs to it: print what you want to see to standard error.

# Reads the next line; each string or number in it that `keep` knows goes to a variable. A string is
# kept as it came, escapes and all, and is passed on like that. The end of input is the end of this.
receive() {
    IFS= read -r line || exit 0
    path= key= value= inside= # the objects around; its key; the string or number; in a string?
    IFS='"'
    for piece in $line; do # cut at every quotation mark
        if [ "$inside" ]; then
            value=$value$piece
            # After an odd number of backslashes a quotation mark is a part of the string.
            while :; do case $piece in *\\\\) piece=${piece%??} ;; *) break ;; esac; done
            case $piece in *\\) value=$value\" ;; *) inside= ;; esac
            continue
        fi
        while [ "$piece" ]; do # one character after another
            others=${piece#?}
            case ${piece%"$others"} in
            '{' | '[') path=$path$key/ key= ;;
            '}' | ']') keep && path=${path%/} && path=${path%"${path##*/}"} key= ;;
            :) case $value in */*) key=? ;; *) key=$value ;; esac && value= ;;
            ,) keep && key= ;;
            [0-9-]) value=$value${piece%"$others"} ;;
            esac
            piece=$others
        done
        inside=1 value=
    done
    unset IFS
}

# The values that are wanted. Add here what yours needs.
keep() {
    case $path$key in
    /do) word=$value ;; /outbound) outbound=$value ;; /site/entry) entry=$value ;;
    /site/tab/name) name=$value ;; /site/tab/password) password=$value ;;
    /site/tab/path) post_office=$value ;; /site/export-max) full=$value ;;
    /site/logging/general) log_general=$value ;; /site/logging/outbound) log_outbound=$value ;;
    /site/logging/dir-synch) log_dirsynch=$value ;;
    /ran) ran=$value ;; /code) code=$value ;; /console) console=$value ;;
    /messages) messages=$value ;; /corrupt) corrupt=$value ;;
    esac
}

# One event for the log: id, type, category, and two strings that its text inserts as %1 and %2.
event() {
    printf '{"event":{"id":%d,"source":"MSExchangeCCMC","type":"%s",'\
'"category":"%s","strings":["%s","%s"]}}\n' "$@"
}

# One run of EXPORT or IMPORT with its arguments as JSON. Then `ran` says what became of it.
run() {
    printf '{"run":{"program":"%s","arguments":[%s]}}\n' "$1" "$2"
    ran= code=0 console= messages=0 corrupt=0
    receive
}

# Part 2: the connector. Replace it down to part 3.

state=connector.state # in the working directory, which a kill leaves as it is
export_options='"/ITEMSIZE","/FORMAT/FAN","/BATCH","/FILES/MACBIN2"'
import_options='"/ITEMSIZE","/PARTIAL","/BATCH","/FILES/MACBIN2"'
running= restarts=0 full=16 # restarts in this life of the service; messages of a full EXPORT
number=0 handed=0   # of the last message EXPORT file; outbound messages that wait for IMPORT
[ -s $state ] && read -r hex handed <$state && number=$((0x$hex))

# Keeps what must outlive a kill, in one write over the old text, which is as long. Reading it back
# gives the number in hexadecimal digits; $(printf ...) would start a process for that.
save() {
    printf '%04X %-10d\n' $number "$handed" 1<>$state && read -r hex handed <$state || exit 1
}

# Logs what is wanted only while the logging of its category, $1, is at maximum.
trace() { [ "$1" != maximum ] || event "$2" Information "$3" "$4"; }

# One run and the events for it; `moved` is the number of messages it moved, -1 unless it exited 0.
execute() {
    case $1 in EXPORT) success=67 ;; *) success=58 ;; esac && moved=-1 # a code is added to success
    run "$1" "\"/N$2\",\"/P$password\",\"/D$post_office\",$3,\"/@$1\\\\$4\""
    case $ran,$code in
    exited,0)
        trace "$log_general" $success General "$4"
        while [ "$corrupt" -gt 0 ]; do event 54 Error General; corrupt=$((corrupt - 1)); done
        moved=$messages ;;
    exited,*) event $((success + code)) Error General "$4" ;;
    failed,*) event 65 Error General "$4" "$console" ;;
    not-found,*)
        event 43 Error General "$code" "$console"
        restarts=$((restarts + 1))
        [ $restarts -lt 26 ] && event 86 Information General $restarts && return
        event 85 Error General && running= ;;
    esac # a run that is "unfinished" logs nothing
}

export_messages() {
    moved=$full
    while [ "$moved" -eq "$full" ]; do # so many are followed by another run at once
        number=$(((number + 1) & 0xFFFF)) && save # whatever becomes of the run
        execute EXPORT "$entry" "$export_options" "msg$hex.ccm"
    done
}

cycle() {
    export_messages
    [ "$running" ] || return # it gave up
    while [ "$handed" -lt "$outbound" ]; do
        trace "$log_outbound" 11001 Outbound
        handed=$((handed + 1))
    done
    handed=$outbound
    while save && [ "$handed" -gt 0 ]; do
        execute IMPORT "$name" "$import_options" '*.ccm'
        [ "$moved" -gt 0 ] || return
        handed=$((moved < handed ? handed - moved : 0))
    done
}

dirsync() {
    trace "$log_dirsynch" 14001 Dir-Synch
    for file in CCMDIR.EXP CCMLIST.EXP CCMBB.EXP CCMDEL.IMP CCMDIR.IMP; do
        case $file in
        *.EXP) execute EXPORT "$name" '"/DIRECTORY"' $file ;;
        *.IMP) execute IMPORT "$name" "$import_options" $file ;;
        esac
        [ "$moved" -ge 0 ] || return
    done
    trace "$log_dirsynch" 14031 Dir-Synch
}

# Part 3: one command after another. A service that is stopped does nothing but start.

while receive; do
    case $word,$running in
    reset,*) running= number=0 handed=0 full=16 && save ;;
    stop,*) running= ;;
    start,) running=1 restarts=0 && export_messages ;;
    cycle,1) cycle ;;
    dirsync,1) dirsync ;;
    esac
    printf '{"done":"%s"}\n' "$word"
done
