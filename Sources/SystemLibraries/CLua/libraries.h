#pragma once
/* What a script finds: the libraries base, string, table, math and utf8, without what reads files, loads code, or cannot
   be stopped. */

/* The most elements that one call goes through without an instruction. */
#define CLUA_ELEMENTS (1 << 22)

static inline int clua_nothing(lua_State *state) {
  (void)state;
  return 0;
}

/* Finalizers run where nothing stops them, so there are none. */
static inline int clua_setmetatable(lua_State *state) {
  int type = lua_type(state, 2);
  luaL_checktype(state, 1, LUA_TTABLE);
  luaL_argexpected(state, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(state, 1, "__metatable") != LUA_TNIL)
    return luaL_error(state, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    lua_pushliteral(state, "__gc");
    if (lua_rawget(state, 2) != LUA_TNIL) return luaL_error(state, "no table may have __gc here");
  }
  lua_settop(state, 2);
  lua_setmetatable(state, 1);
  return 1;
}

/* The end of `xpcall`, also after a pause within the function that it called. On the stack: function, handler, true, and
   the results or the error. */
static inline int clua_finish_xpcall(lua_State *state, int status, lua_KContext context) {
  (void)context;
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(state) - 2;
  lua_pushboolean(state, 0);
  lua_replace(state, 3);
  lua_pushvalue(state, 2);
  lua_insert(state, 4);
  lua_pcall(state, 1, 1, 0);
  return lua_gettop(state) - 2;
}

/* As in the library, but the handler runs after the error: within it nothing would stop it. */
static inline int clua_xpcall(lua_State *state) {
  luaL_checktype(state, 2, LUA_TFUNCTION);
  int count = lua_gettop(state) - 2;
  lua_pushboolean(state, 1);
  lua_pushvalue(state, 1);
  lua_rotate(state, 3, 2);
  /* function, handler, true, function, arguments */
  return clua_finish_xpcall(state, lua_pcallk(state, count, LUA_MULTRET, 0, 0, clua_finish_xpcall), 0);
}

/* As in the library, which goes on nearly for ever with an empty text. */
static inline int clua_rep(lua_State *state) {
  size_t length, separator_length;
  const char *text = luaL_checklstring(state, 1, &length);
  lua_Integer count = luaL_checkinteger(state, 2);
  const char *separator = luaL_optlstring(state, 3, "", &separator_length);
  if (count <= 0 || length + separator_length == 0) return lua_pushliteral(state, ""), 1;
  clua_bounds *bounds = clua_bounds_of(state);
  if (length + separator_length > bounds->memory_limit / (lua_Unsigned)count) {
    bounds->was_refused = 1;
    return luaL_error(state, "resulting string too large");
  }
  size_t whole = (size_t)count * length + (size_t)(count - 1) * separator_length;
  clua_charge(state, (size_t)count / 4 + whole / 1024);
  luaL_Buffer buffer;
  char *place = luaL_buffinitsize(state, &buffer, whole);
  for (lua_Integer index = 0; index < count; index++) {
    memcpy(place, text, length);
    place += length;
    if (index == count - 1) break;
    memcpy(place, separator, separator_length);
    place += separator_length;
  }
  luaL_pushresultsize(&buffer, whole);
  return 1;
}

/* The function of the library, which is the upvalue. */
static inline int clua_original(lua_State *state) {
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, lua_gettop(state) - 1, LUA_MULTRET);
  return lua_gettop(state);
}

/* A metatable may say any length, and a table with few elements may have any. */
static inline void clua_check_length(lua_State *state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  if (lua_getmetatable(state, 1)) luaL_error(state, "no table with a metatable can be changed like this here");
  if (lua_rawlen(state, 1) > CLUA_ELEMENTS) luaL_error(state, "the table is too long");
}

/* Insert and remove: with a position, what stands behind it is moved. */
static inline int clua_shift(lua_State *state) {
  clua_check_length(state);
  lua_Integer position = lua_tointeger(state, 2), length = (lua_Integer)lua_rawlen(state, 1);
  int has_position = lua_gettop(state) == (int)lua_tointeger(state, lua_upvalueindex(2));
  if (has_position && position > 0 && position < length) clua_charge(state, (size_t)(length - position));
  return clua_original(state);
}

/* Charges for elements that one call goes through, some at a time: metatables may make each of them expensive. */
static inline void clua_charge_element(lua_State *state, lua_Unsigned index) {
  if (index % 64 == 0) clua_charge(state, 64);
}

/* As in the library, which is not stopped between two elements. */
static inline int clua_concat(lua_State *state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  size_t separator_length;
  const char *separator = luaL_optlstring(state, 2, "", &separator_length);
  lua_Integer first = luaL_optinteger(state, 3, 1);
  lua_Integer last = lua_isnoneornil(state, 4) ? luaL_len(state, 1) : luaL_checkinteger(state, 4);
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  for (lua_Integer index = first; index <= last; index++) {
    clua_charge_element(state, (lua_Unsigned)index - (lua_Unsigned)first);
    lua_geti(state, 1, index);
    if (!lua_isstring(state, -1))
      return luaL_error(
        state, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)index);
    luaL_addvalue(&buffer);
    if (index == last) break;
    luaL_addlstring(&buffer, separator, separator_length);
  }
  luaL_pushresult(&buffer);
  return 1;
}

/* As in the library. */
static inline int clua_unpack(lua_State *state) {
  lua_Integer first = luaL_optinteger(state, 2, 1);
  lua_Integer last = lua_isnoneornil(state, 3) ? luaL_len(state, 1) : luaL_checkinteger(state, 3);
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first;
  if (count >= INT_MAX || !lua_checkstack(state, (int)++count)) return luaL_error(state, "too many results to unpack");
  for (lua_Unsigned index = 0; index < count; index++) {
    clua_charge_element(state, index);
    lua_geti(state, 1, first + (lua_Integer)index);
  }
  return (int)count;
}

static inline int clua_less(lua_State *state) {
  clua_charge(state, 1 + (lua_rawlen(state, 1) + lua_rawlen(state, 2)) / 256);
  lua_pushboolean(state, lua_compare(state, 1, 2, LUA_OPLT));
  return 1;
}

static inline int clua_sort(lua_State *state) {
  clua_check_length(state);
  if (lua_isnoneornil(state, 2)) {
    lua_settop(state, 1);
    lua_pushcfunction(state, clua_less);
  } else if (lua_iscfunction(state, 2)) {
    /* No instruction runs in it; so many times it may be called. */
    clua_charge(state, 32 * (size_t)lua_rawlen(state, 1));
  }
  return clua_original(state);
}

/* As in the library, but no more than so many elements. */
static inline int clua_move(lua_State *state) {
  lua_Integer first = luaL_checkinteger(state, 2), last = luaL_checkinteger(state, 3);
  lua_Integer place = luaL_checkinteger(state, 4);
  int target = lua_isnoneornil(state, 5) ? 1 : 5;
  luaL_checktype(state, 1, LUA_TTABLE);
  luaL_checktype(state, target, LUA_TTABLE);
  if (last >= first) {
    if ((lua_Unsigned)last - (lua_Unsigned)first >= CLUA_ELEMENTS)
      return luaL_error(state, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(state, place <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    int is_forward = place > last || place <= first || (target != 1 && !lua_compare(state, 1, target, LUA_OPEQ));
    for (lua_Integer index = 0; index < count; index++) {
      clua_charge_element(state, (lua_Unsigned)index);
      lua_Integer offset = is_forward ? index : count - 1 - index;
      lua_geti(state, 1, first + offset);
      lua_seti(state, target, place + offset);
    }
  }
  lua_pushvalue(state, target);
  return 1;
}

/* Puts a function before one of the table on top. It has that one and the number of all arguments for upvalues. */
static inline void clua_wrap(lua_State *state, const char *name, lua_CFunction function, int arguments) {
  lua_getfield(state, -1, name);
  lua_pushinteger(state, arguments);
  lua_pushcclosure(state, function, 2);
  lua_setfield(state, -2, name);
}

static inline void clua_open(lua_State *state, lua_CFunction library, const luaL_Reg *changes) {
  lua_pushcfunction(state, library);
  lua_call(state, 0, 1);
  for (; changes->name != NULL; changes++) {
    if (changes->func == NULL) lua_pushnil(state);
    else lua_pushcfunction(state, changes->func);
    lua_setfield(state, -2, changes->name);
  }
}

static inline void clua_open_libraries(lua_State *state) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg base[] = {
    {"dofile", NULL}, {"loadfile", NULL}, {"load", NULL}, {"collectgarbage", NULL}, {"warn", NULL},
    {"print", clua_nothing}, {"setmetatable", clua_setmetatable}, {"xpcall", clua_xpcall}, {NULL, NULL}};
  static const luaL_Reg table[] = {
    {"concat", clua_concat}, {"unpack", clua_unpack}, {"move", clua_move}, {NULL, NULL}};
  static const luaL_Reg string[] = {
    {"dump", NULL}, {"find", clua_find}, {"match", clua_matching}, {"gmatch", clua_gmatch}, {"gsub", clua_gsub},
    {"rep", clua_rep}, {NULL, NULL}};
  clua_open(state, luaopen_base, base);
  lua_pop(state, 1);
  clua_open(state, luaopen_string, string);
  lua_setglobal(state, LUA_STRLIBNAME);
  clua_open(state, luaopen_table, table);
  clua_wrap(state, "insert", clua_shift, 3);
  clua_wrap(state, "remove", clua_shift, 2);
  clua_wrap(state, "sort", clua_sort, 2);
  lua_setglobal(state, LUA_TABLIBNAME);
  clua_open(state, luaopen_math, none);
  lua_setglobal(state, LUA_MATHLIBNAME);
  clua_open(state, luaopen_utf8, none);
  lua_setglobal(state, LUA_UTF8LIBNAME);
}
