// A debugger on the other side of a TCP connection: the stub that GDB's `target remote` talks to.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "models/cpu/debugger.h"
#include "models/gdb/packet.h"
#include "models/gdb/session.h"
#include "models/gdb/socket.h"

namespace hwcvp {

// Does not encrypt nor authenticate: whoever can connect to the port of this machine controls the core.
//
// The core stands still before its first instruction until a debugger has connected. One debugger at a time;
// when it detaches or its connection ends, the core runs on without breakpoints, and another may connect,
// which stops the core. One core a server.
class GdbServer : public Debugger {
 public:
  // Asked several times a second while the core stands still; true ends the wait and kills the core.
  std::function<bool()> give_up;

  // Listens on 127.0.0.1; port 0 takes a free one. Throws InputError where the port cannot be had.
  explicit GdbServer(uint16_t port) : listener_(port) {}

  uint16_t port() const { return listener_.port(); }

  Resume halted(DebugCore& core, const DebugStop& stop) override;
  bool wants_halt() override;

  // Tells a debugger that waits for the next stop that the program has ended, and ends the connection.
  void exited(int status);

 private:
  bool wait_for_connection();
  bool connect(std::chrono::milliseconds longest);
  std::optional<gdb::Event> next_event();
  void read_events(std::chrono::milliseconds longest);
  void send_packet(const std::string& payload);
  std::optional<Resume> serve(gdb::Session& session, const gdb::Event& event);
  std::optional<Resume> serve_request(gdb::Session& session, const std::string& request);
  bool gave_up() const { return give_up && give_up(); }

  gdb::Listener listener_;
  gdb::Connection connection_;
  gdb::PacketReader reader_;
  std::deque<gdb::Event> events_;
  std::string last_packet_;     // to send again where it is asked for
  bool acknowledges_ = true;    // until the debugger has turned it off
  bool was_connected_ = false;  // by any debugger
  bool stop_expected_ = false;  // the debugger waits for the next stop
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace hwcvp
