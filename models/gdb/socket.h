// TCP on this machine, as much of it as a debugger's connection needs.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hwcvp::gdb {

// An open file descriptor, closed at the end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;

  bool open() const { return number_ >= 0; }
  int number() const { return number_; }
  void close();

 private:
  int number_ = -1;
};

// Accepts connections to a port of 127.0.0.1.
class Listener {
 public:
  // Port 0 takes a free one. Throws InputError where the port cannot be had.
  explicit Listener(uint16_t port);

  uint16_t port() const { return port_; }

  // The connection that waits, or one that is not open. Waits for one at most so long.
  Descriptor accept(std::chrono::milliseconds longest) const;

 private:
  Descriptor descriptor_;
  uint16_t port_ = 0;
};

// A connection. Once the other side is gone, or takes nothing for ten seconds, it is not open any more, and
// reads and writes do nothing.
class Connection {
 public:
  void set(Descriptor descriptor) { descriptor_ = std::move(descriptor); }
  bool open() const { return descriptor_.open(); }
  void close() { descriptor_.close(); }

  // What has arrived, at most 4096 bytes. Waits for it at most so long.
  std::string receive(std::chrono::milliseconds longest);
  void send(std::string_view bytes);

 private:
  Descriptor descriptor_;
};

}  // namespace hwcvp::gdb
