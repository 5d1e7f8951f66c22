#include "models/gdb/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "schedules/workload/error.h"

namespace hwcvp::gdb {

namespace {

constexpr std::chrono::milliseconds kSendTimeout{10000};

// Returns early at a signal.
bool ready(int descriptor, short events, std::chrono::milliseconds longest) {
  pollfd entry = {descriptor, events, 0};
  return poll(&entry, 1, static_cast<int>(longest.count())) > 0;
}

[[noreturn]] void fail(uint16_t port) {
  throw InputError("debugger port " + std::to_string(port) +
                   ": cannot be listened on: " + std::strerror(errno));
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  other.close();
  return *this;
}

void Descriptor::close() {
  if (open()) ::close(number_);
  number_ = -1;
}

Listener::Listener(uint16_t port)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  if (!descriptor_.open()) fail(port);
  const int yes = 1;
  setsockopt(descriptor_.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(descriptor_.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(descriptor_.number(), 1) != 0 ||
      getsockname(descriptor_.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail(port);
  }
  port_ = ntohs(address.sin_port);
}

Descriptor Listener::accept(std::chrono::milliseconds longest) const {
  if (!ready(descriptor_.number(), POLLIN, longest)) return Descriptor();
  Descriptor connection(accept4(descriptor_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (connection.open()) {
    const int yes = 1;  // packets are small, and each is waited for
    setsockopt(connection.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  return connection;
}

std::string Connection::receive(std::chrono::milliseconds longest) {
  if (!open() || !ready(descriptor_.number(), POLLIN, longest)) return "";
  char bytes[4096];
  const ssize_t count = recv(descriptor_.number(), bytes, sizeof bytes, 0);
  if (count > 0) return std::string(bytes, static_cast<size_t>(count));
  const bool later = count < 0 && (errno == EAGAIN || errno == EINTR);
  if (!later) close();
  return "";
}

void Connection::send(std::string_view bytes) {
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + kSendTimeout;
  while (open() && !bytes.empty()) {
    const ssize_t count = ::send(descriptor_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      deadline = Clock::now() + kSendTimeout;
    } else if ((errno != EAGAIN && errno != EINTR) || Clock::now() > deadline) {
      close();
    } else {
      ready(descriptor_.number(), POLLOUT, std::chrono::milliseconds(100));
    }
  }
}

}  // namespace hwcvp::gdb
