#pragma once
/* The functions of `string` that take patterns. Those of the library may run for years on one pattern, and nothing can
   stop them; these look for patterns with a bound. */
#include <string.h>

/* glibc has it always, but declares it for _GNU_SOURCE only. */
extern void *memmem(const void *text, size_t text_length, const void *wanted, size_t wanted_length);

/* Looks for the pattern; true where it was found. */
static inline int clua_search_for(
  lua_State *state, const char *text, size_t text_length, const char *pattern, size_t pattern_length, size_t from,
  int is_anchored, clua_match *match) {
  clua_bounds *bounds = clua_bounds_of(state);
  switch (bounds->search(
    (const unsigned char *)text, text_length, (const unsigned char *)pattern, pattern_length, from, is_anchored, bounds,
    match)) {
  case CLUA_FOUND: return 1;
  case CLUA_ABSENT: return 0;
  case CLUA_ENDS_WITH_ESCAPE: return luaL_error(state, "malformed pattern (ends with '%%')");
  case CLUA_OPEN_SET: return luaL_error(state, "malformed pattern (missing ']')");
  case CLUA_BAD_BALANCE: return luaL_error(state, "malformed pattern (missing arguments to '%%b')");
  case CLUA_BAD_FRONTIER: return luaL_error(state, "missing '[' after '%%f' in pattern");
  case CLUA_BAD_CAPTURE: return luaL_error(state, "invalid pattern capture");
  case CLUA_OPEN_CAPTURE: return luaL_error(state, "unfinished capture");
  case CLUA_MANY_CAPTURES: return luaL_error(state, "too many captures");
  case CLUA_TOO_DEEP: return luaL_error(state, "pattern too complex");
  default: return clua_stop(state);
  }
}

/* Pushes a capture; the whole match is the first where there are none. */
static inline void clua_push_capture(lua_State *state, const char *text, const clua_match *match, int index) {
  if (index >= match->captures) {
    if (index != 0) luaL_error(state, "invalid capture index %%%d", index + 1);
    lua_pushlstring(state, text + match->start, match->end - match->start);
  } else if (match->lengths[index] == CLUA_POSITION) {
    lua_pushinteger(state, (lua_Integer)match->starts[index] + 1);
  } else {
    lua_pushlstring(state, text + match->starts[index], (size_t)match->lengths[index]);
  }
}

static inline int clua_push_captures(lua_State *state, const char *text, const clua_match *match, int with_whole) {
  int count = match->captures == 0 && with_whole ? 1 : match->captures;
  luaL_checkstack(state, count, "too many captures");
  for (int index = 0; index < count; index++) clua_push_capture(state, text, match, index);
  return count;
}

/* An argument that says where to begin, as an offset. */
static inline size_t clua_start(lua_State *state, int argument, size_t length) {
  lua_Integer position = luaL_optinteger(state, argument, 1);
  if (position > 0) return (size_t)position - 1;
  if (position == 0 || position < -(lua_Integer)length) return 0;
  return length + (size_t)position;
}

static inline int clua_is_plain(const char *pattern, size_t length) {
  for (size_t index = 0; index < length; index++)
    if (pattern[index] != 0 && strchr("^$*+?.([%-", pattern[index]) != NULL) return 0;
  return 1;
}

static inline int clua_find_or_match(lua_State *state, int is_find) {
  size_t length, pattern_length;
  const char *text = luaL_checklstring(state, 1, &length), *pattern = luaL_checklstring(state, 2, &pattern_length);
  size_t from = clua_start(state, 3, length);
  if (from > length) return luaL_pushfail(state), 1;
  if (is_find && (lua_toboolean(state, 4) || clua_is_plain(pattern, pattern_length))) {
    const char *place = (const char *)memmem(text + from, length - from, pattern, pattern_length);
    clua_charge(state, (place == NULL ? length - from : (size_t)(place - text) - from) / 16);
    if (place == NULL) return luaL_pushfail(state), 1;
    lua_pushinteger(state, place - text + 1);
    lua_pushinteger(state, (lua_Integer)(place - text) + (lua_Integer)pattern_length);
    return 2;
  }
  int is_anchored = pattern_length > 0 && pattern[0] == '^';
  clua_match match;
  if (!clua_search_for(
        state, text, length, pattern + is_anchored, pattern_length - (size_t)is_anchored, from, is_anchored, &match))
    return luaL_pushfail(state), 1;
  if (!is_find) return clua_push_captures(state, text, &match, 1);
  lua_pushinteger(state, (lua_Integer)match.start + 1);
  lua_pushinteger(state, (lua_Integer)match.end);
  return 2 + clua_push_captures(state, text, &match, 0);
}

static inline int clua_find(lua_State *state) { return clua_find_or_match(state, 1); }
static inline int clua_matching(lua_State *state) { return clua_find_or_match(state, 0); }

/* One step of gmatch. Upvalues: text, pattern, where to go on, where the last match ended (-1: none). */
static inline int clua_next_match(lua_State *state) {
  size_t length, pattern_length;
  const char *text = lua_tolstring(state, lua_upvalueindex(1), &length);
  const char *pattern = lua_tolstring(state, lua_upvalueindex(2), &pattern_length);
  size_t from = (size_t)lua_tointeger(state, lua_upvalueindex(3));
  lua_Integer last = lua_tointeger(state, lua_upvalueindex(4));
  clua_match match;
  while (from <= length && clua_search_for(state, text, length, pattern, pattern_length, from, 0, &match)) {
    from = match.start + 1;
    /* No empty match where the last one ended. */
    if ((lua_Integer)match.end == last) continue;
    lua_pushinteger(state, (lua_Integer)match.end);
    lua_copy(state, -1, lua_upvalueindex(3));
    lua_replace(state, lua_upvalueindex(4));
    return clua_push_captures(state, text, &match, 1);
  }
  return 0;
}

static inline int clua_gmatch(lua_State *state) {
  size_t length;
  luaL_checklstring(state, 1, &length);
  luaL_checkstring(state, 2);
  size_t from = clua_start(state, 3, length);
  lua_settop(state, 2);
  lua_pushinteger(state, (lua_Integer)(from > length ? length + 1 : from));
  lua_pushinteger(state, -1);
  lua_pushcclosure(state, clua_next_match, 4);
  return 1;
}

/* Adds the third argument of gsub, a text with captures in it. */
static inline void clua_add_text(lua_State *state, luaL_Buffer *buffer, const char *text, const clua_match *match) {
  size_t length;
  const char *form = lua_tolstring(state, 3, &length);
  for (size_t index = 0; index < length; index++) {
    if (form[index] != '%') {
      luaL_addchar(buffer, form[index]);
      continue;
    }
    char which = ++index < length ? form[index] : 0;
    if (which == '%') luaL_addchar(buffer, '%');
    else if (which == '0') luaL_addlstring(buffer, text + match->start, match->end - match->start);
    else if (which >= '1' && which <= '9') {
      clua_push_capture(state, text, match, which - '1');
      luaL_tolstring(state, -1, NULL);
      lua_remove(state, -2);
      luaL_addvalue(buffer);
    } else luaL_error(state, "invalid use of '%%' in replacement string");
  }
}

/* Adds what stands for a match. */
static inline void clua_replace(lua_State *state, luaL_Buffer *buffer, const char *text, const clua_match *match) {
  switch (lua_type(state, 3)) {
  case LUA_TFUNCTION: {
    lua_pushvalue(state, 3);
    lua_call(state, clua_push_captures(state, text, match, 1), 1);
    break;
  }
  case LUA_TTABLE:
    clua_push_capture(state, text, match, 0);
    lua_gettable(state, 3);
    break;
  default:
    clua_add_text(state, buffer, text, match);
    return;
  }
  if (!lua_toboolean(state, -1)) {
    lua_pop(state, 1);
    luaL_addlstring(buffer, text + match->start, match->end - match->start);
  } else if (lua_isstring(state, -1)) {
    luaL_addvalue(buffer);
  } else {
    luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
  }
}

static inline int clua_gsub(lua_State *state) {
  size_t length, pattern_length;
  const char *text = luaL_checklstring(state, 1, &length), *pattern = luaL_checklstring(state, 2, &pattern_length);
  int type = lua_type(state, 3);
  luaL_argexpected(
    state, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
    "string/function/table");
  lua_Integer limit = luaL_optinteger(state, 4, (lua_Integer)length + 1), count = 0;
  int is_anchored = pattern_length > 0 && pattern[0] == '^';
  pattern += is_anchored;
  pattern_length -= (size_t)is_anchored;
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  /* What is copied, where to look on, where the last match ended. */
  size_t copied = 0, from = 0, last = SIZE_MAX;
  clua_match match;
  while (count < limit && from <= length &&
         clua_search_for(state, text, length, pattern, pattern_length, from, is_anchored, &match)) {
    from = match.start + 1;
    if (match.end != last) {
      luaL_addlstring(&buffer, text + copied, match.start - copied);
      clua_replace(state, &buffer, text, &match);
      count++;
      copied = last = match.end;
      if (match.end > match.start) from = match.end;
    }
    if (is_anchored) break;
  }
  luaL_addlstring(&buffer, text + copied, length - copied);
  luaL_pushresult(&buffer);
  lua_pushinteger(state, count);
  return 2;
}
