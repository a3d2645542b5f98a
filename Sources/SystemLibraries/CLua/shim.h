#pragma once
/* Scripts that answer look-ups or decide about messages: each run in a state of its own, with bounds on its time and memory. Errors of Lua are
   long jumps; all of them begin and end in here. */
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
#include "bounds.h"
#include "patterns.h"
#include "libraries.h"
#include "run.h"
#include "policy.h"
