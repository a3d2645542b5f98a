#pragma once
/* What a run of a script may use, and how it is stopped. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* How many captures a pattern may have. */
#define CLUA_CAPTURES 32

/* What a pattern matched. */
typedef struct {
  size_t start, end;
  int captures;
  size_t starts[CLUA_CAPTURES];
  /* CLUA_POSITION where a capture is a position. */
  ptrdiff_t lengths[CLUA_CAPTURES];
} clua_match;

#define CLUA_POSITION (-2)

static inline void clua_set_capture(clua_match *match, int index, size_t start, ptrdiff_t length) {
  match->starts[index] = start;
  match->lengths[index] = length;
}

typedef struct clua_bounds clua_bounds;

/* What a search comes to. */
#define CLUA_FOUND 1
#define CLUA_ABSENT 0
#define CLUA_ENDS_WITH_ESCAPE (-1)
#define CLUA_OPEN_SET (-2)
#define CLUA_BAD_BALANCE (-3)
#define CLUA_BAD_FRONTIER (-4)
#define CLUA_BAD_CAPTURE (-5)
#define CLUA_OPEN_CAPTURE (-6)
#define CLUA_MANY_CAPTURES (-7)
#define CLUA_TOO_DEEP (-8)
#define CLUA_STOPPED (-9)

/* Looks for a pattern at `from`, or there and behind it; stops when the bounds are reached. */

typedef int (*clua_search)(
  const unsigned char *text, size_t text_length, const unsigned char *pattern, size_t pattern_length, size_t from,
  int is_anchored, clua_bounds *bounds, clua_match *match);

/* Why a run was ended. */
#define CLUA_RUNNING 0
#define CLUA_STEPS 1
#define CLUA_TIME 2

struct clua_bounds {
  /* Bytes in use, and the most. */
  size_t memory, memory_limit;
  /* Instructions left. */
  int64_t steps;
  /* Milliseconds of the monotonic clock: the last look at it, the end of the run, and the next pause of a run that can
     pause. */
  int64_t now, deadline, pause;
  int end;
  /* Whether memory was refused, which a script may catch. */
  int was_refused;
  clua_search search;
};

/* Instructions between two looks at the clock. */
#define CLUA_STRIDE 200

static inline int64_t clua_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes steps off; true where the run has to end. */
static inline int clua_take(clua_bounds *bounds, int64_t steps) {
  bounds->steps -= steps;
  if (bounds->end == CLUA_RUNNING && bounds->steps < 0) bounds->end = CLUA_STEPS;
  return bounds->end != CLUA_RUNNING;
}

/* Takes steps off, and looks at the clock. */
static inline int clua_spend(clua_bounds *bounds, int64_t steps) {
  if (clua_take(bounds, steps)) return 1;
  bounds->now = clua_now();
  if (bounds->now >= bounds->deadline) bounds->end = CLUA_TIME;
  return bounds->end != CLUA_RUNNING;
}

static inline clua_bounds *clua_bounds_of(lua_State *state) {
  void *bounds;
  lua_getallocf(state, &bounds);
  return (clua_bounds *)bounds;
}

static inline void *clua_allocate(void *context, void *block, size_t old_size, size_t new_size) {
  clua_bounds *bounds = (clua_bounds *)context;
  if (block == NULL) old_size = 0;
  if (new_size == 0) {
    free(block);
    bounds->memory -= old_size;
    return NULL;
  }
  /* A block that shrinks is never refused. */
  if (new_size > old_size && new_size - old_size > bounds->memory_limit - bounds->memory) {
    bounds->was_refused = 1;
    return NULL;
  }
  void *result = realloc(block, new_size);
  if (result == NULL) return NULL;
  bounds->memory += new_size - old_size;
  return result;
}

static inline void clua_count(lua_State *state, lua_Debug *activation);

/* Ends the run. From now on every instruction ends in here again, so that a script that catches the error comes no
   further. */
static inline int clua_stop(lua_State *state) {
  lua_sethook(state, clua_count, LUA_MASKCOUNT, 1);
  return luaL_error(state, "stopped");
}

static inline void clua_count(lua_State *state, lua_Debug *activation) {
  (void)activation;
  if (clua_spend(clua_bounds_of(state), CLUA_STRIDE)) clua_stop(state);
}

/* Milliseconds between two pauses of a run that can pause. */
#define CLUA_SLICE 2

/* As `clua_count`, and ends a step of the run after a slice, so that the thread can do other work. */
static inline void clua_count_slices(lua_State *state, lua_Debug *activation) {
  clua_bounds *bounds = clua_bounds_of(state);
  clua_count(state, activation);
  if (bounds->now >= bounds->pause && lua_isyieldable(state)) lua_yield(state, 0);
}

/* For functions that take long without an instruction. */
static inline void clua_charge(lua_State *state, size_t steps) {
  if (clua_spend(clua_bounds_of(state), steps > INT32_MAX ? INT32_MAX : (int64_t)steps)) clua_stop(state);
}
