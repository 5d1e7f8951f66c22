#include "platform/explore/child_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <set>
#include <stdexcept>
#include <system_error>

namespace hwcvp {

namespace {

constexpr size_t kMostErrors = 64 * 1024;

std::mutex children_mutex;
std::set<pid_t> children;
bool ended = false;  // no more are started

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_end(size_t end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }

  std::array<int, 2> ends{-1, -1};  // to read, to write
};

// Between fork and exec only what signal handlers may do is allowed.
[[noreturn]] void become(char* const* arguments, pid_t parent, int output, int errors, int nothing) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it has ended meanwhile
  for (const int signal : {SIGINT, SIGTERM, SIGXFSZ}) std::signal(signal, SIG_DFL);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv("/proc/self/exe", arguments);
  _exit(127);
}

// Reads both to their ends.
void read_both(Pipe& output, Pipe& errors, ChildResult& result) {
  std::array<pollfd, 2> waits{pollfd{output.ends[0], POLLIN, 0}, pollfd{errors.ends[0], POLLIN, 0}};
  std::array<char, 65536> buffer{};
  while (waits[0].fd >= 0 || waits[1].fd >= 0) {
    if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    for (pollfd& wait : waits) {
      if (wait.fd < 0 || wait.revents == 0) continue;
      const ssize_t bytes = read(wait.fd, buffer.data(), buffer.size());
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes <= 0) {
        wait.fd = -1;
      } else if (&wait == waits.data()) {
        result.output.append(buffer.data(), static_cast<size_t>(bytes));
      } else if (result.errors.size() < kMostErrors) {
        result.errors.append(buffer.data(), static_cast<size_t>(bytes));
      }
    }
  }
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"hwcvp"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  Pipe output;
  Pipe errors;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = getpid();
  pid_t child = -1;
  {
    const std::lock_guard<std::mutex> lock(children_mutex);
    if (ended) return {128 + SIGKILL, "", ""};
    child = fork();
    if (child == 0) become(pointers.data(), parent, output.ends[1], errors.ends[1], nothing);
    if (child > 0) children.insert(child);
  }
  const int error = errno;
  if (nothing >= 0) close(nothing);
  if (child < 0) throw std::system_error(error, std::generic_category(), "fork");
  output.close_end(1);
  errors.close_end(1);
  ChildResult result;
  read_both(output, errors, result);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  {
    const std::lock_guard<std::mutex> lock(children_mutex);
    children.erase(child);
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

void end_children() {
  const std::lock_guard<std::mutex> lock(children_mutex);
  ended = true;
  for (const pid_t child : children) kill(child, SIGKILL);
}

}  // namespace hwcvp
