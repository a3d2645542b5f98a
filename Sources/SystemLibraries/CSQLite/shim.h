#pragma once
#include <sqlite3.h>

/* Keeps the library from taking a name in double quotes that it does not know for a text. */
static inline int csqlite_refuse_double_quoted_texts(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}
