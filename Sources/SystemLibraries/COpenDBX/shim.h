#pragma once
#include <opendbx/api.h>
