#pragma once
// ei.h declares __erl_errno for threads only where this is said.
#ifndef _REENTRANT
#define _REENTRANT 1
#endif
#include <ei.h>
