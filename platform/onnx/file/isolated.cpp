#include "platform/onnx/file/isolated.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <stdexcept>
#include <system_error>

#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

// What the first byte of the answer means.
constexpr char kDone = 'd', kRefused = 'r', kFailed = 'f', kOutOfMemory = 'm';

constexpr rlim_t kMostSeconds = 20;

void limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both = {value, value};
  setrlimit(resource, &both);
}

void write_all(int file, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(file, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) return;  // the parent sees an answer that is not whole
    if (count > 0) written += static_cast<size_t>(count);
  }
}

std::string read_all(int file) {
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = read(file, buffer, sizeof buffer);
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
    if (count > 0) text.append(buffer, static_cast<size_t>(count));
  }
}

[[noreturn]] void run_child(const std::function<std::string()>& work, int answer) {
  for (const int signal : {SIGINT, SIGTERM, SIGXCPU}) std::signal(signal, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kMostSeconds);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  try {
    write_all(answer, kDone + work());
  } catch (const std::bad_alloc&) {
    write_all(answer, std::string(1, kOutOfMemory));
  } catch (const InputError& error) {
    write_all(answer, kRefused + std::string(error.what()));
  } catch (const std::exception& error) {
    write_all(answer, kFailed + std::string(error.what()));
  }
  _exit(0);
}

}  // namespace

std::string run_isolated(const std::function<std::string()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = fork();
  if (child < 0) {
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  if (child == 0) {
    close(ends[0]);
    run_child(work, ends[1]);
  }
  close(ends[1]);
  std::string answer = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    throw std::runtime_error("reading it takes more than 20 seconds");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.empty())
    throw std::runtime_error("reading it crashes");
  const char outcome = answer[0];
  answer.erase(0, 1);
  if (outcome == kOutOfMemory) throw std::bad_alloc();
  if (outcome == kRefused) throw InputError(answer);
  if (outcome == kFailed) throw std::runtime_error(answer);
  return answer;
}

}  // namespace hwcvp::onnx_import
