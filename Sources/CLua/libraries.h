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

/* As in the library, but the handler runs behind the error: within it nothing would stop it. */
static inline int clua_xpcall(lua_State *state) {
  luaL_checktype(state, 2, LUA_TFUNCTION);
  int count = lua_gettop(state) - 2;
  lua_pushboolean(state, 1);
  lua_pushvalue(state, 1);
  lua_rotate(state, 3, 2);
  /* function, handler, true, function, arguments */
  if (lua_pcall(state, count, LUA_MULTRET, 0) == LUA_OK) return lua_gettop(state) - 2;
  lua_pushboolean(state, 0);
  lua_replace(state, 3);
  lua_pushvalue(state, 2);
  lua_insert(state, 4);
  lua_pcall(state, 1, 1, 0);
  return lua_gettop(state) - 2;
}

/* As in the library, which goes on nearly for ever with an empty text. */
static inline int clua_rep(lua_State *state) {
  size_t length, separator_length;
  const char *text = luaL_checklstring(state, 1, &length);
  lua_Integer count = luaL_checkinteger(state, 2);
  const char *separator = luaL_optlstring(state, 3, "", &separator_length);
  if (count <= 0 || length + separator_length == 0) return lua_pushliteral(state, ""), 1;
  if (length + separator_length > clua_bounds_of(state)->memory_limit / (lua_Unsigned)count)
    return luaL_error(state, "resulting string too large");
  size_t whole = (size_t)count * length + (size_t)(count - 1) * separator_length;
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

static inline int clua_shift(lua_State *state) {
  clua_check_length(state);
  return clua_original(state);
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
  }
  return clua_original(state);
}

static inline int clua_move(lua_State *state) {
  lua_Integer first = luaL_checkinteger(state, 2), last = luaL_checkinteger(state, 3);
  if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= CLUA_ELEMENTS)
    return luaL_error(state, "too many elements to move");
  return clua_original(state);
}

/* Puts a function before one of the table on top. */
static inline void clua_wrap(lua_State *state, const char *name, lua_CFunction function) {
  lua_getfield(state, -1, name);
  lua_pushcclosure(state, function, 1);
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
  static const luaL_Reg string[] = {
    {"dump", NULL}, {"find", clua_find}, {"match", clua_matching}, {"gmatch", clua_gmatch}, {"gsub", clua_gsub},
    {"rep", clua_rep}, {NULL, NULL}};
  clua_open(state, luaopen_base, base);
  lua_pop(state, 1);
  clua_open(state, luaopen_string, string);
  lua_setglobal(state, LUA_STRLIBNAME);
  clua_open(state, luaopen_table, none);
  clua_wrap(state, "insert", clua_shift);
  clua_wrap(state, "remove", clua_shift);
  clua_wrap(state, "sort", clua_sort);
  clua_wrap(state, "move", clua_move);
  lua_setglobal(state, LUA_TABLIBNAME);
  clua_open(state, luaopen_math, none);
  lua_setglobal(state, LUA_MATHLIBNAME);
  clua_open(state, luaopen_utf8, none);
  lua_setglobal(state, LUA_UTF8LIBNAME);
}
