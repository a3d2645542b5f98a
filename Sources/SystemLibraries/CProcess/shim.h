#pragma once
/* Calls of the system that Swift cannot make: variadic ones, and those that are macros. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* glibc has these for every thread of the process, but declares them for _GNU_SOURCE only. */
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);
extern int getresuid(uid_t *real, uid_t *effective, uid_t *saved);
extern int getresgid(gid_t *real, gid_t *effective, gid_t *saved);

/* The process gets that group, that user, for good. */
static inline int cprocess_set_group(gid_t group) { return setresgid(group, group, group); }
static inline int cprocess_set_user(uid_t user) { return setresuid(user, user, user); }

/* Whether all three numbers of the user and of the group are these. */
static inline int cprocess_is_only(uid_t user, gid_t group) {
  uid_t users[3];
  gid_t groups[3];
  if (getresuid(&users[0], &users[1], &users[2]) != 0 || getresgid(&groups[0], &groups[1], &groups[2]) != 0) return 0;
  for (int i = 0; i < 3; i++)
    if (users[i] != user || groups[i] != group) return 0;
  return 1;
}

enum { cprocess_most_groups = 65536 };

/* Files are opened with the rights of another user, and of one group, until cprocess_act_as_superuser(). This is for
   the calling thread alone, and for the superuser only. `groups` gets the `count` groups that the thread was in and has
   room for cprocess_most_groups. False where not all of it succeeds; nothing has changed then. */
static inline int cprocess_act_as_superuser(const gid_t *groups, int count) {
  setfsuid(0);
  setfsgid(getegid());
  return syscall(SYS_setgroups, (size_t)count, groups) == 0;
}

static inline int cprocess_act_as(uid_t user, gid_t group, gid_t *groups, int *count) {
  *count = getgroups(cprocess_most_groups, groups);
  if (*count < 0 || syscall(SYS_setgroups, (size_t)0, NULL) != 0) return 0;
  setfsgid(group);
  setfsuid(user);
  if (setfsgid((gid_t)-1) == (int)group && setfsuid((uid_t)-1) == (int)user) return 1;
  cprocess_act_as_superuser(groups, *count);
  return 0;
}

/* No program started from here on gets more rights by its file (set-uid, capabilities). */
static inline int cprocess_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static inline int cprocess_has_no_new_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

static inline int cprocess_signal_when_parent_dies(int number) { return prctl(PR_SET_PDEATHSIG, number, 0, 0, 0); }

/* The name of the process (comm): at most 15 characters. */
static inline int cprocess_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

/* glibc declares it for _GNU_SOURCE only. */
extern int memfd_create(const char *name, unsigned int flags);

/* A file in memory, which ends with its last descriptor. The flag is MFD_CLOEXEC. */
static inline int cprocess_memory_file(const char *name) { return memfd_create(name, 1U); }

/* A file in memory that consists of `size` zero bytes and cannot grow. glibc declares the constants for _GNU_SOURCE
   only: the flags are MFD_CLOEXEC and MFD_ALLOW_SEALING; the command is F_ADD_SEALS, with F_SEAL_SEAL, F_SEAL_SHRINK
   and F_SEAL_GROW. */
static inline int cprocess_memory_file_of_size(const char *name, off_t size) {
  int file = memfd_create(name, 1U | 2U);
  if (file >= 0 && (ftruncate(file, size) != 0 || fcntl(file, 1033, 1 | 2 | 4) != 0)) {
    close(file);
    return -1;
  }
  return file;
}

static inline int cprocess_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }

/* One packet, and one descriptor with it unless that is negative. */
static inline ssize_t cprocess_send(int socket, const void *bytes, size_t count, int descriptor) {
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  union {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The kernel takes at most 253 descriptors with one packet (unix(7)). */
#define CPROCESS_MAXIMUM_DESCRIPTORS 253

/* One packet. `descriptor` gets the descriptor that came with it, or -1 where none or more than one came: those are
   closed, so that a sender cannot fill the table of this process. */
static inline ssize_t cprocess_receive(int socket, void *bytes, size_t capacity, int *descriptor) {
  struct iovec part = {.iov_base = bytes, .iov_len = capacity};
  union {
    char space[CMSG_SPACE(CPROCESS_MAXIMUM_DESCRIPTORS * sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
  *descriptor = -1;
  ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (count < 0) return count;
  int total = 0;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head != NULL; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    int received = (int)((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int i = 0; i < received; i++) {
      int next;
      memcpy(&next, CMSG_DATA(head) + i * sizeof(int), sizeof next);
      if (total++ == 0) *descriptor = next;
      else close(next);
    }
  }
  if (total > 1) {
    close(*descriptor);
    *descriptor = -1;
  }
  return count;
}

/* glibc declares it for _GNU_SOURCE only. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/* The child closes that descriptor and all above it. */
static inline int cprocess_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

/* A descriptor that becomes readable with each of the signals. */
static inline int cprocess_signal_descriptor(const sigset_t *signals) {
  return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The number of the next signal; 0 where none is there. */
static inline int cprocess_next_signal(int descriptor) {
  struct signalfd_siginfo information;
  ssize_t count = read(descriptor, &information, sizeof information);
  return count == (ssize_t)sizeof information ? (int)information.ssi_signo : 0;
}

/* glibc declares it for _GNU_SOURCE only. */
extern long syscall(long number, ...);

/* O_PATH, which fcntl.h has for _GNU_SOURCE only, for directories. */
#define CPROCESS_DIRECTORY (010000000 | O_DIRECTORY | O_CLOEXEC)

static inline int cprocess_open_directory(const char *path) { return open(path, CPROCESS_DIRECTORY); }

/* The directory of that path below `root`, which the path cannot leave; a link on the way is an error (ELOOP). */
static inline int cprocess_open_directory_below(const char *root, const char *path) {
  int top = cprocess_open_directory(root);
  if (top < 0) return -1;
  struct open_how how = {.flags = CPROCESS_DIRECTORY, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS};
  int directory = (int)syscall(SYS_openat2, top, *path == 0 ? "/" : path, &how, sizeof how);
  int error = errno;
  close(top);
  errno = error;
  return directory;
}
