#pragma once
/* From the text of a script to code, and from code to answers. */

typedef struct {
  char *bytes;
  size_t length, capacity;
} clua_code;

typedef struct {
  /* The script: a text to compile, or code to run. */
  const char *script;
  size_t script_length;
  /* What errors call it, behind an equals sign. */
  const char *name;
  /* The key; NULL: none. */
  const char *query;
  size_t query_length;
  /* The most answers. */
  int limit;
  /* Gets the code. */
  clua_code code;
} clua_job;

/* NULL where there is no memory. */
static inline lua_State *clua_new(clua_bounds *bounds) { return lua_newstate(clua_allocate, bounds); }

static inline int clua_write(lua_State *state, const void *bytes, size_t length, void *context) {
  (void)state;
  clua_code *code = (clua_code *)context;
  if (length > code->capacity - code->length) {
    size_t capacity = 2 * code->capacity + length;
    char *grown = (char *)realloc(code->bytes, capacity);
    if (grown == NULL) return 1;
    code->bytes = grown;
    code->capacity = capacity;
  }
  memcpy(code->bytes + code->length, bytes, length);
  code->length += length;
  return 0;
}

static inline int clua_do_compile(lua_State *state) {
  clua_job *job = (clua_job *)lua_touserdata(state, 1);
  if (luaL_loadbufferx(state, job->script, job->script_length, job->name, "t") != LUA_OK) return lua_error(state);
  if (lua_dump(state, clua_write, &job->code, 0) != 0) return luaL_error(state, "not enough memory");
  return 0;
}

/* Makes a text of each answer, or nil. */
static inline void clua_convert(lua_State *state, int limit) {
  int count = lua_gettop(state);
  if (count > limit) luaL_error(state, "returns %d values; at most %d are used", count, limit);
  for (int index = 1; index <= count; index++) {
    switch (lua_type(state, index)) {
    case LUA_TNIL:
    case LUA_TSTRING: break;
    case LUA_TNUMBER: lua_tolstring(state, index, NULL); break;
    case LUA_TBOOLEAN:
      lua_pushstring(state, lua_toboolean(state, index) ? "true" : "false");
      lua_replace(state, index);
      break;
    default:
      luaL_error(
        state, "returns a %s as value %d; expected a string, a number, a boolean or nil", luaL_typename(state, index),
        index);
    }
  }
}

static inline int clua_do_run(lua_State *state) {
  const clua_job *job = (const clua_job *)lua_touserdata(state, 1);
  lua_settop(state, 0);
  clua_open_libraries(state);
  if (job->query != NULL) {
    lua_pushlstring(state, job->query, job->query_length);
    lua_setglobal(state, "query");
  }
  if (luaL_loadbufferx(state, job->script, job->script_length, job->name, "b") != LUA_OK) return lua_error(state);
  lua_sethook(state, clua_count, LUA_MASKCOUNT, CLUA_STRIDE);
  lua_call(state, 0, LUA_MULTRET);
  lua_sethook(state, NULL, 0, 0);
  clua_convert(state, job->limit);
  return lua_gettop(state);
}

/* LUA_OK and what was asked for on the stack, or an error and what was raised. */
static inline int clua_protected(lua_State *state, lua_CFunction function, clua_job *job) {
  lua_pushcfunction(state, function);
  lua_pushlightuserdata(state, job);
  return lua_pcall(state, 1, LUA_MULTRET, 0);
}

static inline int clua_compile(lua_State *state, clua_job *job) { return clua_protected(state, clua_do_compile, job); }
static inline int clua_run(lua_State *state, clua_job *job) { return clua_protected(state, clua_do_run, job); }

/* A text on the stack; NULL where there is something else. Nothing is converted, so nothing can fail. */
static inline const char *clua_text(lua_State *state, int index, size_t *length) {
  return lua_type(state, index) == LUA_TSTRING ? lua_tolstring(state, index, length) : NULL;
}
