#pragma once
#include <db.h>
