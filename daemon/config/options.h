/* SPDX-License-Identifier: Apache-2.0 */
/* config/options.h - every option of tsunagid.yaml, one row each: the parser, the sample file and the man page come from here.
 *
 * Amounts are kept in bytes (OPTION_SIZE), microseconds (OPTION_DURATION) or as they are (OPTION_COUNT); a duration's bounds and
 * default are written in seconds.  RELOADED options take effect on SIGHUP, the others at the next start. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"

enum option_kind { OPTION_COUNT, OPTION_SIZE, OPTION_DURATION };
enum option_when { AT_START, RELOADED };

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

/*        name                 kind             least     most           default     when      text */
#define OPTION_LIST(X)                                                                                                               \
	X(map_size,            OPTION_SIZE,     MIB(16),  GIB(16384),    GIB(64),    AT_START,                                       \
	  "Upper bound of the store's file.  It takes address space, not disk, until it is used.")                                   \
	X(reserve_size,        OPTION_SIZE,     MIB(1),   GIB(16),       MIB(16),    AT_START,                                       \
	  "Kept allocated beyond what is used, so that acknowledgements go on when the disk or the map is full.")                    \
	X(readers_max,         OPTION_COUNT,    16,       4096,          126,        AT_START,                                       \
	  "Read transactions open at once, those of commands beside the daemon included.")                                           \
	X(ring_slots,          OPTION_COUNT,    64,       65536,         1024,       AT_START,                                       \
	  "Frames that may wait for the writer, and results that may wait to be sent.")                                              \
	X(ring_reserve,        OPTION_COUNT,    8,        8192,          128,        AT_START,                                       \
	  "Of them, kept for acknowledgements, danger to life and operators.")                                                       \
	X(batch_orders,        OPTION_COUNT,    1,        65536,         320,        AT_START,                                       \
	  "Orders that one commit takes at most: more for a slow disk, fewer for short waits.")                                      \
	X(batch_bytes,         OPTION_SIZE,     MIB(1),   GIB(1),        MIB(8),     AT_START,                                       \
	  "Bytes of parts and statements that one commit takes at most.")                                                            \
	X(attempts,            OPTION_COUNT,    1,        1000,          5,          AT_START,                                       \
	  "Failed deliveries after which an item becomes a dead letter.")                                                            \
	X(lease,               OPTION_DURATION, 1,        86400,         120,        AT_START,                                       \
	  "A hand-out that is not acknowledged within this is handed out again.")                                                    \
	X(mailbox_items,       OPTION_COUNT,    1,        100000000,     1000000,    AT_START,                                       \
	  "Waiting items of one agency; danger to life is exempt.")                                                                  \
	X(items_max,           OPTION_COUNT,    1,        100000000,     4000000,    AT_START,                                       \
	  "Waiting items of all agencies; each takes about 100 bytes of memory.")                                                    \
	X(session_timeout,     OPTION_DURATION, 1,        3600,          60,         RELOADED,                                       \
	  "A session that says nothing for this long is lost, and its leases go back: as long as a program may work on one delivery " \
	  "without calling the library.  Lost with its machine, it is noticed within three heartbeats.")                              \
	X(heartbeat,           OPTION_DURATION, 1,        600,           5,          RELOADED,                                       \
	  "How often a session must say something; told to libraries when they connect.")                                            \
	X(handshake_interval,  OPTION_DURATION, 1,        60,            3,          AT_START,                                       \
	  "A connection that has not finished its handshake by then is closed.")                                                     \
	X(connections_max,     OPTION_COUNT,    4,        60000,         4096,       AT_START,                                       \
	  "Connections at once; beyond, the one that has not said who it is for longest is cut, else the new one.")                      \
	X(session_batches,     OPTION_COUNT,    1,        1024,          8,          RELOADED,                                       \
	  "Unanswered batches that one session may have.")                                                                           \
	X(pending_bytes_max,   OPTION_SIZE,     MIB(16),  GIB(16),       MIB(64),    RELOADED,                                       \
	  "Bytes received and not yet decided, over all sessions; beyond, batches are refused as OVERLOADED.")                       \
	X(pending_reserve,     OPTION_SIZE,     MIB(4),   GIB(4),        MIB(8),     RELOADED,                                       \
	  "Of them, kept for acknowledgements and danger to life.")                                                                  \
	X(unpolled_alarm,      OPTION_DURATION, 3600,     2592000,       28800,      AT_START,                                       \
	  "Open time of an agency after which its coordinator is told that nobody looks into its mailbox while something waits in "   \
	  "it.")                                                                                                      \
	X(parts_kept_days,     OPTION_COUNT,    1,        3660,          30,         AT_START,                                       \
	  "Days that sealed parts and attachments are kept after everything in their thread ended; agencies keep their own records.") \
	X(bodies_kept_years,   OPTION_COUNT,    1,        100,           5,          AT_START,                                       \
	  "Years that what the ledger says of a case, or of a thread without one, is kept after everything in it ended; then it is "  \
	  "destroyed, parts and all.  Hashes stay, so that receipts hold.  Staff accesses are kept as long, each from its own day.")    \
	X(test_site,           OPTION_COUNT,    0,        1,             0,          AT_START,                                       \
	  "1 marks a new ledger, for ever, as a throw-away site's, whose clock may be moved (tsunagi dev clock); an existing one "   \
	  "stays what it is.")                                                                                                       \
	X(certificate_days,    OPTION_COUNT,    1,        3650,          730,        RELOADED,                                       \
	  "Days that certificates issued to devices are valid.")

#define CONFIG_ENDPOINTS 8
#define CONFIG_ENDPOINT_BYTES 256
#define CONFIG_ENDPOINT_DEFAULT "tcp://127.0.0.1:7411"

struct config {
	char site[64];                 /* a DNS label */
	char local_government_code[7]; /* six digits; its check digit holds */
	char endpoints[CONFIG_ENDPOINTS][CONFIG_ENDPOINT_BYTES];
	size_t endpoint_count;
	enum log_level log_level;
	/* One uint64_t per row of OPTION_LIST: bytes, microseconds or a count, within the row's bounds. */
#define X(name, kind, least, most, standard, when, text) uint64_t name;
	OPTION_LIST(X)
#undef X
};
