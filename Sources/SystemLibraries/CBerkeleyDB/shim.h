#pragma once
#include <db.h>

/* <sys/mman.h> declares it for _GNU_SOURCE alone, which Swift's module of the C library goes without. */
int memfd_create(const char *name, unsigned int flags);

enum { MEMFD_CLOSE_ON_EXEC = 1 };
