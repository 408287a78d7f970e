/* Some entries of a folder with size, time and blocks of each file, in columns; and whether folders
 * that are known by now are as they were.
 *
 * What Python would make of each file, an entry and a `stat_result` of twenty objects, takes half as
 * long again as all that the kernel does. Nothing here knows Python: quick_listing.py calls it by
 * ctypes, and does the same by itself where this was not built. Linux only. No function of the C
 * library is used that an older one may lack.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REGULAR 0100000
#define FOLDERS 0040000
#define KIND 0170000
#define SECOND 1000000000
#define FEW 16 /* entries between two looks at the clock */
#define SOON 5000000 /* nanoseconds for folders that are known */
#define LONGEST 4096 /* bytes in a path, with its NUL */
#define FOLDER '/'
#define ELSE '?'
/* The seconds whose nanoseconds 64 bits can hold: until the year 2262. */
#define LAST_SECOND 9223372035

/* The CRC-32 of this text, so that nobody calls what was built from another. */
const uint32_t rushes_source = RUSHES_SOURCE;

/* What the kernel writes for each entry. */
struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* What all files noted so far come to: of the whole folder, over all calls. */
struct sums {
    int64_t size;
    int64_t seconds;      /* of the times, and the nanoseconds beside them */
    int64_t nanoseconds;
    int64_t blocks;
    int64_t smallest;
    int64_t largest;
    int64_t oldest;
    int64_t newest;
    int64_t too_large;    /* not 0: the sizes are more than 64 bits can hold */
};

/* One call's results. `raw` takes `room` bytes from the kernel, and `names` and `others` as many;
 * the columns take `room` / 24 numbers each, as no entry is shorter than 24 bytes.
 */
struct block {
    char *raw;
    char *names;          /* of files, each with its NUL */
    char *others;         /* of all else: FOLDER or ELSE, its name, a NUL */
    int64_t *sizes;
    int64_t *mtimes;      /* nanoseconds since 1970 */
    int64_t *blocks;      /* of 512 bytes */
    struct sums *sums;    /* the caller's to make ready for each folder */
    int64_t room;
    int64_t got;          /* bytes from the kernel, and those looked at: the caller sets both to 0 */
    int64_t at;           /* for each folder */
    int64_t names_length; /* bytes */
    int64_t others_length;
    int64_t files;
};

/* What is known of a folder. */
struct stamp {
    int64_t inode;
    int64_t mtime; /* nanoseconds since 1970 */
    int64_t ctime;
    int64_t files; /* that are looked at: behind this stand all their sizes, then all their mtimes */
};

static void add(struct sums *sums, int64_t size, const struct statx_timestamp *time, int64_t mtime,
                int64_t blocks)
{
    sums->too_large |= __builtin_add_overflow(sums->size, size, &sums->size);
    sums->seconds += time->tv_sec;
    sums->nanoseconds += time->tv_nsec;
    sums->blocks += blocks;
    if (size < sums->smallest)
        sums->smallest = size;
    if (size > sums->largest)
        sums->largest = size;
    if (mtime < sums->oldest)
        sums->oldest = mtime;
    if (mtime > sums->newest)
        sums->newest = mtime;
}

/* Whether the entry is a file; then it is noted in the columns. */
static int noted(int folder, const struct entry *entry, struct block *block)
{
    struct statx found;
    int64_t at = block->files;

    if (entry->type != DT_REG ||
        syscall(SYS_statx, folder, entry->name, AT_NO_AUTOMOUNT,
                STATX_TYPE | STATX_SIZE | STATX_MTIME | STATX_BLOCKS, &found) != 0 ||
        (found.stx_mode & KIND) != REGULAR ||
        found.stx_mtime.tv_sec > LAST_SECOND || found.stx_mtime.tv_sec < -LAST_SECOND)
        return 0;
    block->sizes[at] = (int64_t)found.stx_size;
    block->mtimes[at] = found.stx_mtime.tv_sec * SECOND + found.stx_mtime.tv_nsec;
    block->blocks[at] = (int64_t)found.stx_blocks;
    block->files = at + 1;
    add(block->sums, block->sizes[at], &found.stx_mtime, block->mtimes[at], block->blocks[at]);
    return 1;
}

/* Write down the entry, where it belongs. */
static void take(int folder, const struct entry *entry, struct block *block)
{
    size_t length = strlen(entry->name) + 1;

    if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
        return;
    if (noted(folder, entry, block)) {
        memcpy(block->names + block->names_length, entry->name, length);
        block->names_length += (int64_t)length;
    } else {
        block->others[block->others_length] = entry->type == DT_DIR ? FOLDER : ELSE;
        memcpy(block->others + block->others_length + 1, entry->name, length);
        block->others_length += (int64_t)length + 1;
    }
}

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * (int64_t)SECOND + time.tv_nsec;
}

/* Read on in the open `folder`. 1 when there may be more, 0 at its end, -errno when it failed.
 *
 * It comes back after a second or little more, so that a slow mount is not taken for a dead one.
 * What is no file, or could not be asked, is among the others, for the caller to look at. Folders
 * are not asked: where a dead server is mounted, that would hang.
 */
int rushes_list(int folder, struct block *block)
{
    int64_t began = now();

    block->names_length = block->others_length = block->files = 0;
    if (block->at == block->got) {
        block->at = block->got = 0;
        block->got = syscall(SYS_getdents64, folder, block->raw, (size_t)block->room);
        if (block->got <= 0) {
            int failed = block->got < 0 ? -errno : 0;

            block->got = 0;
            return failed;
        }
    }
    for (int met = 1; block->at < block->got; met++) {
        const struct entry *entry = (const struct entry *)(block->raw + block->at);

        block->at += entry->length;
        take(folder, entry, block);
        if (met % FEW == 0 && now() - began > SECOND)
            break;
    }
    return 1;
}

/* Whether this is the time; never for one that 64 bits cannot hold. */
static int at(const struct statx_timestamp *time, int64_t nanoseconds)
{
    return time->tv_sec <= LAST_SECOND && time->tv_sec >= -LAST_SECOND &&
           time->tv_sec * SECOND + time->tv_nsec == nanoseconds;
}

/* Whether `path` is still that folder, and no link to it. */
static int has_stamp(const char *path, const struct stamp *stamp)
{
    struct statx found;

    return syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                   STATX_TYPE | STATX_INO | STATX_MTIME | STATX_CTIME, &found) == 0 &&
           (found.stx_mode & KIND) == FOLDERS && (int64_t)found.stx_ino == stamp->inode &&
           at(&found.stx_mtime, stamp->mtime) && at(&found.stx_ctime, stamp->ctime);
}

/* Whether what lies at `path`, or where a link there leads, has still that size and time. */
static int has_facts(const char *path, int64_t size, int64_t mtime)
{
    struct statx found;

    return syscall(SYS_statx, AT_FDCWD, path, AT_NO_AUTOMOUNT, STATX_SIZE | STATX_MTIME,
                   &found) == 0 &&
           (int64_t)found.stx_size == size && at(&found.stx_mtime, mtime);
}

/* Of `count` folders, how many are as they were up to the first that is not, or cannot be asked.
 *
 * `names` holds for each folder its path and the names of its files, each with its NUL; `known` its
 * stamp and the numbers behind it. It comes back soon, with what it knows by then.
 */
int rushes_unchanged(const char *names, const int64_t *known, int count)
{
    char path[LONGEST];
    int64_t began = now();

    for (int folder = 0; folder < count; folder++) {
        const struct stamp *stamp = (const struct stamp *)known;
        const int64_t *sizes = (const int64_t *)(stamp + 1);
        size_t above = strlen(names);

        if ((folder > 0 && now() - began > SOON) || above + 1 >= LONGEST ||
            !has_stamp(names, stamp))
            return folder;
        memcpy(path, names, above);
        path[above++] = '/';
        names += above;
        for (int64_t file = 0; file < stamp->files; file++) {
            size_t length = strlen(names) + 1;

            if (above + length > LONGEST)
                return folder;
            memcpy(path + above, names, length);
            if (!has_facts(path, sizes[file], sizes[stamp->files + file]))
                return folder;
            names += length;
        }
        known = sizes + 2 * stamp->files;
    }
    return count;
}
