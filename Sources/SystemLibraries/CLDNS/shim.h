#pragma once
/* Before ldns: without it ldns makes its own bool, which Swift sees as Int8. */
#include <stdbool.h>
#include <ldns/ldns.h>
