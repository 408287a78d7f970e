/* Some entries of a folder with size, time and blocks of each file, in columns.
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
#define KIND 0170000
#define SECOND 1000000000
#define FEW 16 /* entries between two looks at the clock */
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
