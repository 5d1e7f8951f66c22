// A debugger for tests: a plain client of the GDB remote serial protocol.
#pragma once

#include <cstdint>
#include <string>

namespace hwcvp::gdb {

// Every wait ends after ten seconds with std::runtime_error.
class RspClient {
 public:
  // Connects to a port of this machine.
  explicit RspClient(uint16_t port);
  ~RspClient();
  RspClient(const RspClient&) = delete;
  RspClient& operator=(const RspClient&) = delete;

  // Sends bytes as they are.
  void send_raw(const std::string& bytes) const;
  void send(const std::string& payload) const;
  // The payload of the next packet, acknowledged unless turned off; "closed" where the connection has ended.
  std::string receive();
  // One request and its reply.
  std::string ask(const std::string& payload);
  // The next byte; throws where the connection has ended.
  char receive_byte();

  void turn_off_acknowledgements();
  // Ends the connection, abruptly where `reset`.
  void disconnect(bool reset = false);

 private:
  int socket_;
  bool acknowledges_ = true;
};

}  // namespace hwcvp::gdb
