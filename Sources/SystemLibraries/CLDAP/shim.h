#pragma once
#include <ldap.h>
#include <openldap.h>

// What the SASL library asks the program for; its own headers are needed for nothing else.
struct dkim_sasl_question {
  unsigned long id;
  const char *challenge;
  const char *prompt;
  const char *usual;
  const void *answer;
  unsigned length;
};

enum {
  DKIM_SASL_END = 0,
  DKIM_SASL_USER = 0x4001,
  DKIM_SASL_AUTHENTICATION_NAME = 0x4002,
  DKIM_SASL_PASSWORD = 0x4004,
  DKIM_SASL_REALM = 0x4008
};

// Values of on and off are pointers made by macros.
static inline int dkim_ldap_switch(LDAP *ld, int option, int is_on) {
  return ldap_set_option(ld, option, is_on ? LDAP_OPT_ON : LDAP_OPT_OFF);
}
