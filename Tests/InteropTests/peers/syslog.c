/*
 * Preloaded into opendkim: redirects messages for syslog to standard error, so that a test can read them without
 * /dev/log.
 */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

static void put(const char *format, va_list arguments) {
  char line[8192];
  vsnprintf(line, sizeof line, format, arguments);
  dprintf(2, "opendkim: %s\n", line);
}

/* Programs that were built with _FORTIFY_SOURCE call this function. */
void __syslog_chk(int priority, int flag, const char *format, ...) {
  va_list arguments;
  (void)priority, (void)flag;
  va_start(arguments, format);
  put(format, arguments);
  va_end(arguments);
}

void syslog(int priority, const char *format, ...) {
  va_list arguments;
  (void)priority;
  va_start(arguments, format);
  put(format, arguments);
  va_end(arguments);
}
