#pragma once
/* Scripts that call functions of the program. Such a call ends a step of the run: the program takes the arguments,
   computes the results, which may take its time, and then continues the run with them. No function of the program runs
   within Lua, so no long jump ever passes it. */

#define CLUA_NIL 0
#define CLUA_BOOLEAN 1
#define CLUA_INTEGER 2
#define CLUA_NUMBER 3
#define CLUA_TEXT 4
/* A number that stands for an object of the program; a script cannot make one. */
#define CLUA_HANDLE 5
/* A table, only in results: its elements are the `integer` values after it. */
#define CLUA_LIST 6
/* A function or a table, only in arguments. */
#define CLUA_OTHER 7

typedef struct {
  int type;
  /* Of a boolean, an integer, a handle or a list. */
  lua_Integer integer;
  lua_Number number;
  const char *text;
  size_t length;
} clua_value;

/* The results of a call, or the text of an error. */
typedef struct {
  const clua_value *values;
  int count;
  int is_error;
} clua_reply;

/* Something to define before the run. */
typedef struct {
  const char *name;
  /* The number of a function of the program. */
  int function;
  /* The value of a global variable; NULL: define a function. */
  const clua_value *value;
} clua_definition;

/* The most arguments of a call. */
#define CLUA_ARGUMENTS 64
/* The table of the functions. */
#define CLUA_TABLE "odkim"

/* Pushes a value; returns how many values it consists of. */
static inline int clua_push(lua_State *state, const clua_value *value) {
  luaL_checkstack(state, 4, NULL);
  switch (value->type) {
  case CLUA_BOOLEAN: lua_pushboolean(state, (int)value->integer); return 1;
  case CLUA_INTEGER: lua_pushinteger(state, value->integer); return 1;
  case CLUA_NUMBER: lua_pushnumber(state, value->number); return 1;
  case CLUA_TEXT: lua_pushlstring(state, value->text, value->length); return 1;
  case CLUA_HANDLE: lua_pushlightuserdata(state, (void *)(intptr_t)value->integer); return 1;
  case CLUA_LIST: {
    int used = 1;
    lua_createtable(state, (int)value->integer, 0);
    for (lua_Integer index = 1; index <= value->integer; index++) {
      used += clua_push(state, value + used);
      lua_rawseti(state, -2, index);
    }
    return used;
  }
  default: lua_pushnil(state); return 1;
  }
}

/* Continues a call with its results. */
static inline int clua_finish_call(lua_State *state, int status, lua_KContext context) {
  (void)status;
  (void)context;
  const clua_reply *reply = (const clua_reply *)lua_touserdata(state, -1);
  lua_settop(state, 0);
  for (int used = 0; used < reply->count;) used += clua_push(state, reply->values + used);
  if (!reply->is_error) return lua_gettop(state);
  luaL_where(state, 1);
  lua_insert(state, 1);
  lua_concat(state, lua_gettop(state));
  return lua_error(state);
}

/* A call of a function of the program, which has its number and its name for upvalues. */
static inline int clua_call(lua_State *state) {
  const char *name = lua_tostring(state, lua_upvalueindex(2));
  /* The work of the program counts as well. */
  if (clua_take(clua_bounds_of(state), CLUA_STRIDE)) return clua_stop(state);
  if (lua_gettop(state) > CLUA_ARGUMENTS) return luaL_error(state, CLUA_TABLE ".%s(): too many arguments", name);
  if (!lua_isyieldable(state))
    return luaL_error(
      state, CLUA_TABLE ".%s() cannot be called by a function that string.gsub or table.sort calls", name);
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  return lua_yieldk(state, lua_gettop(state), 0, clua_finish_call);
}

static inline int clua_compat_pow(lua_State *state) {
  lua_pushnumber(state, luaL_checknumber(state, 1));
  lua_pushnumber(state, luaL_checknumber(state, 2));
  lua_arith(state, LUA_OPPOW);
  return 1;
}

/* Makes the libraries, with two functions of Lua 5.1, and loads the code into a thread, which stays on the stack. */
static inline int clua_do_begin(lua_State *state) {
  const clua_job *job = (const clua_job *)lua_touserdata(state, 1);
  lua_settop(state, 0);
  clua_open_libraries(state);
  lua_pushcfunction(state, clua_unpack);
  lua_setglobal(state, "unpack");
  lua_getglobal(state, LUA_MATHLIBNAME);
  lua_pushcfunction(state, clua_compat_pow);
  lua_setfield(state, -2, "pow");
  lua_newtable(state);
  lua_setglobal(state, CLUA_TABLE);
  lua_State *thread = lua_newthread(state);
  /* Setting the hook begins a new count, so it is not set at each step of the run. */
  lua_sethook(thread, clua_count_slices, LUA_MASKCOUNT, CLUA_STRIDE);
  if (luaL_loadbufferx(state, job->script, job->script_length, job->name, "b") != LUA_OK) return lua_error(state);
  lua_xmove(state, thread, 1);
  return 1;
}

static inline int clua_do_define(lua_State *state) {
  const clua_definition *definition = (const clua_definition *)lua_touserdata(state, 1);
  if (definition->value != NULL) {
    clua_push(state, definition->value);
    lua_setglobal(state, definition->name);
    return 0;
  }
  lua_getglobal(state, CLUA_TABLE);
  lua_pushinteger(state, definition->function);
  lua_pushstring(state, definition->name);
  lua_pushcclosure(state, clua_call, 2);
  lua_setfield(state, -2, definition->name);
  return 0;
}

/* LUA_OK and the thread of the run at the top of the stack, or an error. */
static inline int clua_begin(lua_State *state, clua_job *job) { return clua_protected(state, clua_do_begin, job); }

static inline int clua_define(lua_State *state, const clua_definition *definition) {
  lua_pushcfunction(state, clua_do_define);
  lua_pushlightuserdata(state, (void *)definition);
  return lua_pcall(state, 1, 0, 0);
}

/* Begins the run, or continues it with the results of a call (or after a pause: NULL).
   LUA_YIELD: `count` values are on the stack of the thread, the number of a function and the arguments; none: a pause. */
static inline int clua_resume(lua_State *state, lua_State *thread, const clua_reply *reply, int *count) {
  if (reply != NULL) lua_pushlightuserdata(thread, (void *)reply);
  clua_bounds_of(state)->pause = clua_now() + CLUA_SLICE;
  return lua_resume(thread, state, reply == NULL ? 0 : 1, count);
}

/* Takes the values of a step off the stack. */
static inline void clua_drop(lua_State *thread, int count) { lua_settop(thread, -count - 1); }

/* Reads a value on the stack. Nothing is converted, so nothing can fail. */
static inline void clua_read(lua_State *state, int index, clua_value *value) {
  value->integer = 0;
  switch (lua_type(state, index)) {
  case LUA_TNONE:
  case LUA_TNIL: value->type = CLUA_NIL; break;
  case LUA_TBOOLEAN:
    value->type = CLUA_BOOLEAN;
    value->integer = lua_toboolean(state, index);
    break;
  case LUA_TLIGHTUSERDATA:
    value->type = CLUA_HANDLE;
    value->integer = (lua_Integer)(intptr_t)lua_touserdata(state, index);
    break;
  case LUA_TNUMBER:
    value->type = lua_isinteger(state, index) ? CLUA_INTEGER : CLUA_NUMBER;
    if (value->type == CLUA_INTEGER) value->integer = lua_tointegerx(state, index, NULL);
    else value->number = lua_tonumberx(state, index, NULL);
    break;
  case LUA_TSTRING:
    value->type = CLUA_TEXT;
    value->text = lua_tolstring(state, index, &value->length);
    break;
  default: value->type = CLUA_OTHER; break;
  }
}

/* The thread at the top of the stack. */
static inline lua_State *clua_thread(lua_State *state) { return lua_tothread(state, -1); }
