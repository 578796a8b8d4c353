// SPDX-License-Identifier: Apache-2.0
//
// What Lace's build would write: nothing is counted, memory comes by mmap.
#define LACE_PIE_TIMES 0
#define LACE_COUNT_TASKS 0
#define LACE_COUNT_STEALS 0
#define LACE_COUNT_SPLITS 0
#define LACE_USE_HWLOC 0
#define LACE_USE_MMAP 1
