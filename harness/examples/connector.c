/* An example connector for event70, to copy: C99, no libraries. PROTOCOL.md says what passes. To run it:
 *   cc -O2 -o connector connector.c && event70 run --connector ./connector
 *
 * What to change: part 2, down to part 3. Let your connector call run() where it would start EXPORT or
 * IMPORT, and event() where it would log an event; keep in a file what must outlive a kill. Part 1,
 * the protocol, and part 3, the loop, stay as they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Part 1: the protocol. Standard output belongs to it: print what you want to see to stderr. */
typedef struct { const char *at; int length; } text; /* as the line has it, escapes and all */
static const text none = {"", 0};
static char command[65538], answer[65538]; /* the last line of each kind */

static int is(text t, const char *s) { return !strncmp(t.at, s, t.length) && !s[t.length]; }

/* The end of the key or value that begins at p: the next of ,:}] that is not a part of it. */
static const char *end_of(const char *p) {
    int depth = 0;
    for (; *p && (depth > 0 || !strchr(",:}]", *p)); p++) {
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        if (*p == '"') while (p[1] && *++p != '"') p += *p == '\\' && p[1];
    }
    return p;
}

/* The string or number to which keys lead in the object at p: "site.tab.name", for example. */
static text get(const char *p, const char *keys) {
    const size_t length = strcspn(keys, ".");
    for (p += strspn(p, " \t"); *p == '{' || *p == ',';) {
        const char *key = p + 1 + strspn(p + 1, " \t"), *value = end_of(key);
        if (*value != ':') break;
        p = end_of(value += 1 + strspn(value + 1, " \t"));
        if (strncmp(key + 1, keys, length) == 0 && key[length + 1] == '"') {
            if (keys[length]) return get(value, keys + length + 1);
            if (*value == '"') for (value++; *--p != '"';) {}
            return (text){value, (int)(p - value)};
        }
    }
    return none;
}

static long count(const char *p, const char *keys) { return strtol(get(p, keys).at, NULL, 10); }

/* One event for the log; its text inserts the two strings as %1 and %2. */
static void event(long id, const char *type, const char *category, const char *one, text two) {
    printf("{\"event\":{\"id\":%ld,\"source\":\"MSExchangeCCMC\",\"type\":\"%s\",\"category\":"
           "\"%s\",\"strings\":[\"%s\",\"%.*s\"]}}\n", id, type, category, one, two.length, two.at);
}

/* One run of EXPORT or IMPORT. `answer` says under "ran" what became of it. */
static void run(const char *program, text name, const char *options, const char *file) {
    const text password = get(command, "site.tab.password"), path = get(command, "site.tab.path");
    printf("{\"run\":{\"program\":\"%s\",\"arguments\":[\"/N%.*s\",\"/P%.*s\",\"/D%.*s\",\"%s\","
           "\"/@%s\\\\%s\"]}}\n", program, name.length, name.at, password.length, password.at,
           path.length, path.at, options, program, file);
    if (!fgets(answer, sizeof answer, stdin)) exit(0); /* the end of input is the end of this */
}

/* Part 2: the connector. Replace it down to part 3. */
#define STATE "connector.state" /* in the working directory, which a kill leaves as it is */
static int running, restarts; /* restarts in this life of the service */
static unsigned number;       /* of the last message EXPORT file */
static long handed;           /* outbound messages handed over that still wait for IMPORT */

/* Keeps what must outlive a kill, in one write over the old text, which is as long. */
static void save(void) {
    FILE *old = fopen(STATE, "r+"), *state = old ? old : fopen(STATE, "w");
    if (!state || fprintf(state, "%5u %10ld\n", number, handed) < 0 || fclose(state)) exit(1);
}

/* Logs what is wanted only while the logging of its category is at maximum. */
static void trace(long id, const char *category, const char *level, const char *file) {
    if (is(get(command, level), "maximum")) event(id, "Information", category, file, none);
}

/* One run and the events for it: how many messages it moved, -1 unless it exited 0. */
static long execute(const char *file) {
    const int message = strncmp(file, "msg", 3) == 0, export = message || strstr(file, ".EXP");
    const char *options = message ? "/ITEMSIZE\",\"/FORMAT/FAN\",\"/BATCH\",\"/FILES/MACBIN2"
                          : export ? "/DIRECTORY"
                          : "/ITEMSIZE\",\"/PARTIAL\",\"/BATCH\",\"/FILES/MACBIN2";
    save();
    run(export ? "EXPORT" : "IMPORT", get(command, message ? "site.entry" : "site.tab.name"),
        options, file);
    const text ran = get(answer, "ran"), console = get(answer, "console");
    const long success = export ? 67 : 58, code = count(answer, "code"); /* the event: their sum */
    if (is(ran, "exited") && code == 0) {
        trace(success, "General", "site.logging.general", file);
        for (long i = count(answer, "corrupt"); i > 0; i--) event(54, "Error", "General", "", none);
        return count(answer, "messages");
    }
    if (is(ran, "exited")) event(success + code, "Error", "General", file, none);
    if (is(ran, "failed")) event(65, "Error", "General", file, console);
    if (is(ran, "not-found")) {
        char digits[24];
        sprintf(digits, "%ld", code);
        event(43, "Error", "General", digits, console);
        sprintf(digits, "%d", ++restarts);
        running = restarts < 26; /* with this one it gives up */
        if (running) event(86, "Information", "General", digits, none);
        else event(85, "Error", "General", "", none);
    }
    return -1; /* a run that is "unfinished" logs nothing */
}

static void export_messages(void) {
    char file[16];
    long told = count(command, "site.export-max"), full = told ? told : 16;
    do sprintf(file, "msg%04X.ccm", number = (number + 1) & 0xFFFF); /* whatever becomes of it */
    while (execute(file) == full); /* so many are followed by another run at once */
}

static void cycle(long outbound) {
    long moved;
    export_messages();
    if (!running) return;              /* it gave up */
    for (; handed < outbound; handed++) trace(11001, "Outbound", "site.logging.outbound", "");
    for (handed = outbound; handed > 0 && (moved = execute("*.ccm")) > 0;)
        handed = moved < handed ? handed - moved : 0;
}

static void dirsync(void) {
    const char *files[5] = {"CCMDIR.EXP", "CCMLIST.EXP", "CCMBB.EXP", "CCMDEL.IMP", "CCMDIR.IMP"};
    int i = 0;
    trace(14001, "Dir-Synch", "site.logging.dir-synch", "");
    while (i < 5 && execute(files[i]) >= 0) i++;
    if (i == 5) trace(14031, "Dir-Synch", "site.logging.dir-synch", "");
}

/* Part 3: one command after another. A service that is stopped does nothing but start. */

int main(void) {
    FILE *state = fopen(STATE, "r");
    if (state && fscanf(state, "%u %ld", &number, &handed) != 2) number = 0;
    if (state) fclose(state);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* event70 waits for each line */
    while (fgets(command, sizeof command, stdin)) {
        const text word = get(command, "do");
        if (is(word, "reset")) running = number = handed = 0;
        else if (is(word, "stop")) running = 0;
        else if (is(word, "start") && !running) running = 1, restarts = 0, export_messages();
        else if (is(word, "cycle") && running) cycle(count(command, "outbound"));
        else if (is(word, "dirsync") && running) dirsync();
        save();
        printf("{\"done\":\"%.*s\"}\n", word.length, word.at);
    }
    return 0;
}
