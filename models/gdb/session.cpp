#include "models/gdb/session.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/gdb/hexadecimal.h"
#include "models/gdb/packet.h"
#include "models/gdb/target_description.h"

namespace hwcvp::gdb {

namespace {

constexpr size_t kRegisterBytes = 8;
// What a reply can hold where each byte takes two characters.
constexpr uint64_t kMaxMemoryBytes = kMaxPayload / 2;

Reply ok() { return {"OK"}; }
Reply malformed() { return {"E16"}; }    // by POSIX: invalid argument
Reply bad_address() { return {"E0e"}; }  // bad address
Reply not_supported() { return {}; }

bool begins_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// What stands before and after the first `separator`; nothing where there is none.
struct Halves {
  std::string_view before;
  std::string_view after;
};
std::optional<Halves> split(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return Halves{text.substr(0, at), text.substr(at + 1)};
}

struct Range {
  uint64_t address;
  uint64_t bytes;
};
// "address,bytes", not past the end of the address space.
std::optional<Range> parse_range(std::string_view text) {
  const auto halves = split(text, ',');
  if (!halves) return std::nullopt;
  const auto address = parse_hexadecimal(halves->before);
  const auto bytes = parse_hexadecimal(halves->after);
  if (!address || !bytes || *bytes > std::numeric_limits<uint64_t>::max() - *address) return std::nullopt;
  return Range{*address, *bytes};
}

std::string little_endian(uint64_t value) {
  std::string bytes;
  for (size_t i = 0; i < kRegisterBytes; ++i) bytes += static_cast<char>(value >> (8 * i));
  return to_hexadecimal(bytes);
}

std::optional<uint64_t> parse_register(std::string_view text) {
  const auto bytes = parse_bytes(text);
  if (!bytes || bytes->size() != kRegisterBytes) return std::nullopt;
  uint64_t value = 0;
  for (size_t i = 0; i < kRegisterBytes; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>((*bytes)[i])) << (8 * i);
  }
  return value;
}

std::string number_text(uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    const uint64_t digit = value >> shift & 15;
    if (digit != 0 || !text.empty() || shift == 0) text += "0123456789abcdef"[digit];
  }
  return text;
}

}  // namespace

std::string Session::stop_reply(const DebugStop& stop) {
  std::string text = "T" + to_hexadecimal(std::string(1, static_cast<char>(stop.signal)));
  if (stop.watched) {
    static constexpr const char* kNames[] = {"watch", "rwatch", "awatch"};
    text += std::string(kNames[static_cast<size_t>(stop.watched->kind)]) + ":" +
            number_text(stop.watched->address) + ";";
  }
  return text + "thread:1;";
}

Reply Session::handle(std::string_view request) {
  using Resume = Debugger::Resume;
  if (request.empty()) return not_supported();
  const std::string_view rest = request.substr(1);
  switch (request[0]) {
    case '?':
      return {stop_reply(stop_)};
    case 'g':
      return read_registers();
    case 'G':
      return write_registers(rest);
    case 'p':
      return read_register(rest);
    case 'P':
      return write_register(rest);
    case 'm':
      return read_memory(rest);
    case 'M':
      return write_memory(rest, Encoding::hexadecimal);
    case 'X':
      return write_memory(rest, Encoding::binary);
    case 'Z':
      return change_point(rest, PointChange::insert);
    case 'z':
      return change_point(rest, PointChange::remove);
    case 'c':
      return resume(Resume::run, rest);
    case 's':
      return resume(Resume::step, rest);
    case 'D':
      return {"OK", true, Resume::detach};
    case 'k':
      return {"", false, Resume::kill};
    case 'H':  // there is one thread to choose
    case 'T':  // and it lives
      return ok();
    case 'q':
    case 'Q':
    case 'v':
      return query(request);
    default:
      return not_supported();
  }
}

Reply Session::query(std::string_view request) {
  static constexpr std::string_view kFeatures = "qXfer:features:read:target.xml:";
  static constexpr std::string_view kThreads = "vCont;";
  if (begins_with(request, kFeatures)) return read_description(request.substr(kFeatures.size()));
  if (begins_with(request, kThreads)) return resume_threads(request.substr(kThreads.size()));
  if (begins_with(request, "qSupported")) {
    return {"PacketSize=" + number_text(kMaxPayload) +
            ";qXfer:features:read+;QStartNoAckMode+;vContSupported+"};
  }
  if (begins_with(request, "vKill")) return {"OK", true, Debugger::Resume::kill};
  if (begins_with(request, "qSymbol")) return ok();
  if (begins_with(request, "qAttached")) return {"1"};
  if (request == "QStartNoAckMode") return ok();
  if (request == "vCont?") return {"vCont;c;C;s;S"};
  if (request == "qC") return {"QC1"};
  if (request == "qfThreadInfo") return {"m1"};
  if (request == "qsThreadInfo") return {"l"};
  return not_supported();
}

Reply Session::read_description(std::string_view range) const {
  const auto part = parse_range(range);
  if (!part) return malformed();
  const std::string text = target_description();
  if (part->address >= text.size()) return {"l"};
  const uint64_t bytes = std::min<uint64_t>(part->bytes, kMaxMemoryBytes);
  const bool last = bytes >= text.size() - part->address;
  return {(last ? "l" : "m") + text.substr(part->address, bytes)};
}

Reply Session::read_registers() {
  std::string text;
  for (unsigned i = 0; i < DebugCore::kRegisters; ++i) text += little_endian(core_.read_register(i));
  return {text};
}

Reply Session::write_registers(std::string_view values) {
  std::vector<uint64_t> parsed;
  for (; values.size() >= 2 * kRegisterBytes; values.remove_prefix(2 * kRegisterBytes)) {
    const auto value = parse_register(values.substr(0, 2 * kRegisterBytes));
    if (!value) return malformed();
    parsed.push_back(*value);
  }
  if (!values.empty() || parsed.size() != DebugCore::kRegisters) return malformed();
  for (unsigned i = 0; i < DebugCore::kRegisters; ++i) core_.write_register(i, parsed[i]);
  return ok();
}

Reply Session::read_register(std::string_view index) {
  const auto number = parse_hexadecimal(index);
  if (!number || *number >= DebugCore::kRegisters) return malformed();
  return {little_endian(core_.read_register(static_cast<unsigned>(*number)))};
}

Reply Session::write_register(std::string_view assignment) {
  const auto halves = split(assignment, '=');
  if (!halves) return malformed();
  const auto number = parse_hexadecimal(halves->before);
  const auto value = parse_register(halves->after);
  if (!number || *number >= DebugCore::kRegisters || !value) return malformed();
  core_.write_register(static_cast<unsigned>(*number), *value);
  return ok();
}

Reply Session::read_memory(std::string_view range) {
  const auto part = parse_range(range);
  if (!part) return malformed();
  std::string data(std::min(part->bytes, kMaxMemoryBytes), '\0');
  const size_t read =
      core_.read_memory(part->address, reinterpret_cast<unsigned char*>(data.data()), data.size());
  if (read == 0 && part->bytes != 0) return bad_address();
  return {to_hexadecimal(std::string_view(data).substr(0, read))};
}

Reply Session::write_memory(std::string_view range_and_data, Encoding encoding) {
  const auto halves = split(range_and_data, ':');
  if (!halves) return malformed();
  const auto part = parse_range(halves->before);
  const auto data =
      encoding == Encoding::hexadecimal ? parse_bytes(halves->after) : std::string(halves->after);
  if (!part || !data || data->size() != part->bytes) return malformed();
  const size_t written =
      core_.write_memory(part->address, reinterpret_cast<const unsigned char*>(data->data()), data->size());
  return written == data->size() ? ok() : bad_address();
}

// "type,address,kind": breakpoints in software and hardware, which are the same here, and watchpoints, whose
// kind is their size.
Reply Session::change_point(std::string_view request, PointChange change) {
  const auto halves = split(request, ',');
  if (!halves || halves->before.size() != 1) return malformed();
  const auto range = parse_range(halves->after);
  if (!range) return malformed();
  const auto watch = [&](WatchKind kind) {
    const Watchpoint watchpoint = {kind, range->address, range->bytes};
    if (change == PointChange::insert) return core_.insert_watchpoint(watchpoint) ? ok() : bad_address();
    core_.remove_watchpoint(watchpoint);
    return ok();
  };
  switch (halves->before[0]) {
    case '0':
    case '1':
      if (change == PointChange::insert)
        return core_.insert_breakpoint(range->address) ? ok() : bad_address();
      core_.remove_breakpoint(range->address);
      return ok();
    case '2':
      return watch(WatchKind::write);
    case '3':
      return watch(WatchKind::read);
    case '4':
      return watch(WatchKind::access);
    default:
      return not_supported();
  }
}

Reply Session::resume(Debugger::Resume how, std::string_view address) {
  if (!address.empty()) {
    const auto pc = parse_hexadecimal(address);
    if (!pc) return malformed();
    core_.write_register(DebugCore::kPc, *pc);
  }
  return {"", false, how};
}

// "action[:thread][;...]": the first action that is for the one thread there is. Signals are not delivered,
// as the core has none.
Reply Session::resume_threads(std::string_view actions) {
  const std::string_view first = actions.substr(0, actions.find(';'));
  const std::string_view action = first.substr(0, first.find(':'));
  const bool signal = action.size() == 3 && parse_hexadecimal(action.substr(1));
  if (action == "c" || (signal && action[0] == 'C')) return resume(Debugger::Resume::run, "");
  if (action == "s" || (signal && action[0] == 'S')) return resume(Debugger::Resume::step, "");
  return malformed();
}

}  // namespace hwcvp::gdb
