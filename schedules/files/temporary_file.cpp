#include "schedules/files/temporary_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <random>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>

namespace hwcvp {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".hwcvp-";
constexpr size_t kRandomCharacters = 6;
constexpr std::string_view kSuffix = ".tmp";
constexpr size_t kMostName = 255;  // bytes, on all file systems of today
constexpr int kMostAttempts = 100;
constexpr mode_t kMode = 0666;

// Those that are there, for remove_temporary_files(). A path stays as it is while its entry is in use.
struct Entry {
  enum State : int { unused, changing, used };
  std::atomic<int> state = unused;
  std::string path;
};
std::array<Entry, 1024> entries;
std::atomic<int> being_made = 0;
std::atomic<bool> ending = false;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler reads it");

// While a file is made and entered. Does not come back once the process is ending.
class Making {
 public:
  Making() {
    ++being_made;
    if (!ending) return;
    --being_made;
    for (;;) pause();
  }
  ~Making() { --being_made; }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;
};

// Its number; -1 where the list is full, so that a kill may leave the file to the next process.
int enter(const std::string& path) {
  for (size_t i = 0; i < entries.size(); ++i) {
    int expected = Entry::unused;
    if (!entries[i].state.compare_exchange_strong(expected, Entry::changing)) continue;
    entries[i].path = path;
    entries[i].state = Entry::used;
    return static_cast<int>(i);
  }
  return -1;
}

void leave(int entry) {
  if (entry < 0) return;
  int expected = Entry::used;  // not if the process is ending
  entries[static_cast<size_t>(entry)].state.compare_exchange_strong(expected, Entry::unused);
}

// False where another process holds the file. Without locks nobody does.
bool lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

std::string temporary_name(const fs::path& target) {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";
  static thread_local std::random_device random;
  std::uniform_int_distribution<size_t> any(0, kCharacters.size() - 1);
  std::string end(kMark);
  for (size_t i = 0; i < kRandomCharacters; ++i) end += kCharacters[any(random)];
  end += kSuffix;
  const std::string name = target.filename().string().substr(0, kMostName - end.size());
  return (target.parent_path() / (name + end)).string();
}

bool is_temporary_name(const std::string& name) {
  constexpr size_t kEnd = kMark.size() + kRandomCharacters + kSuffix.size();
  if (name.size() < kEnd) return false;
  const std::string_view end = std::string_view(name).substr(name.size() - kEnd);
  return end.substr(0, kMark.size()) == kMark && end.substr(kEnd - kSuffix.size()) == kSuffix;
}

// Removes the file where no process has it any more.
void remove_abandoned(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat opened = {};
  struct stat named = {};
  if (fstat(descriptor, &opened) == 0 && S_ISREG(opened.st_mode) &&
      flock(descriptor, LOCK_EX | LOCK_NB) == 0 && lstat(path.c_str(), &named) == 0 &&
      named.st_dev == opened.st_dev && named.st_ino == opened.st_ino) {
    unlink(path.c_str());
  }
  close(descriptor);
}

void remove_abandoned_once(const std::string& folder) {
  static std::mutex mutex;
  static std::set<std::string> done;
  const std::lock_guard<std::mutex> guard(mutex);
  if (!done.insert(folder).second) return;
  std::error_code error;
  for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
    if (is_temporary_name(i->path().filename().string())) remove_abandoned(i->path().string());
  }
}

void remove_entries() {
  for (Entry& entry : entries) {
    int expected = Entry::used;
    // Stays in that state: nobody changes the path any more.
    if (entry.state.compare_exchange_strong(expected, Entry::changing)) unlink(entry.path.c_str());
  }
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& target) {
  const fs::path folder = fs::path(target).parent_path();
  remove_abandoned_once(folder.empty() ? "." : folder.string());
  struct stat status = {};
  const bool replaces = stat(target.c_str(), &status) == 0;
  if (replaces && access(target.c_str(), W_OK) != 0) {
    throw std::system_error(errno, std::generic_category());
  }
  int attempts = 0;
  while (!create(target)) {
    if (++attempts == kMostAttempts) throw std::system_error(EEXIST, std::generic_category());
  }
  // Where the owner is another one that fails, and the file is ours.
  if (replaces && fchmod(descriptor_, status.st_mode & 07777) != 0) return;
}

// False where another process has the file.
bool TemporaryFile::create(const std::string& target) {
  path_ = temporary_name(target);
  const Making making;
  descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (descriptor_ < 0) {
    if (errno == EEXIST) return false;
    throw std::system_error(errno, std::generic_category());
  }
  // One that removes what was abandoned may have come between.
  struct stat status = {};
  if (!lock(descriptor_) || fstat(descriptor_, &status) != 0 || status.st_nlink == 0) {
    close(descriptor_);
    descriptor_ = -1;
    return false;
  }
  entry_ = enter(path_);
  return true;
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ < 0) return;
  if (!path_.empty()) unlink(path_.c_str());
  leave(entry_);
  close(descriptor_);
}

int TemporaryFile::rename(const std::string& name) {
  // Some file systems tell of a failed write when a descriptor is closed; the lock is not to end yet.
  const int copy = dup(descriptor_);
  if (copy < 0 || close(copy) != 0) return errno;
  if (std::rename(path_.c_str(), name.c_str()) != 0) return errno;
  path_.clear();
  return 0;
}

void remove_temporary_files() {
  ending = true;
  while (being_made != 0) std::this_thread::yield();
  remove_entries();
}

void remove_temporary_files_in_handler() {
  ending = true;
  remove_entries();
}

}  // namespace hwcvp
