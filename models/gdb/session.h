// What the packets of a GDB session mean: requests in, replies out, no sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/cpu/debugger.h"

namespace hwcvp::gdb {

struct Reply {
  std::string payload;                          // of the packet to send; empty: "not supported"
  bool send = true;                             // false where the answer is the next stop, or none
  std::optional<Debugger::Resume> resume = {};  // the core is to move on
};

// Does not offer: several threads, extended mode, non-stop mode, file transfer, control and status registers.
//
// Serves one debugger at one core that stands still. Any payload gets a reply; what is malformed gets an
// error and changes nothing.
class Session {
 public:
  Session(DebugCore& core, const DebugStop& stop) : core_(core), stop_(stop) {}

  Reply handle(std::string_view request);

  // The payload that tells of a stop.
  static std::string stop_reply(const DebugStop& stop);

 private:
  enum class Encoding { hexadecimal, binary };
  enum class PointChange { insert, remove };

  Reply query(std::string_view request);
  Reply read_description(std::string_view range) const;
  Reply read_registers();
  Reply write_registers(std::string_view values);
  Reply read_register(std::string_view index);
  Reply write_register(std::string_view assignment);
  Reply read_memory(std::string_view range);
  Reply write_memory(std::string_view range_and_data, Encoding encoding);
  Reply change_point(std::string_view request, PointChange change);
  Reply resume(Debugger::Resume how, std::string_view address);
  Reply resume_threads(std::string_view actions);

  DebugCore& core_;
  const DebugStop stop_;
};

}  // namespace hwcvp::gdb
