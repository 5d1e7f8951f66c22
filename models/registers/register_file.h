// The registers of a memory-mapped block: storage, access rules and hooks, driven by a generated register
// table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <tlm>
#include <utility>
#include <vector>

#include "models/registers/register_description.h"
#include "models/tlm/lenience.h"

namespace hwcvp::registers {

// Does not model: bursts, time (the block that owns the registers adds its delay).
//
// Holds one 32-bit word for each register of the table and answers generic payloads whose address is the
// offset in the block. Behaviour hangs on single registers as hooks; the file itself knows only what the
// table says. Offsets given to member functions must be those of the table, else std::invalid_argument is
// thrown: they are constants of the program.
class RegisterFile {
 public:
  using ReadHook = std::function<uint32_t()>;
  using AfterReadHook = std::function<void(uint32_t value)>;
  using WriteHook = std::function<void(uint32_t value)>;
  using WriteGuard = std::function<bool(uint32_t offset)>;

  // `name` begins the reports of refused accesses. `size` is the block's size in bytes. The table must
  // outlive the file (generated tables are constants).
  template <size_t N>
  RegisterFile(std::string name, const RegisterDescription (&table)[N], uint32_t size)
      : RegisterFile(std::move(name), table, N, size) {}
  RegisterFile(std::string name, const RegisterDescription* table, size_t count, uint32_t size);

  // Computes the value that reads return, in place of the stored one. Serves debug reads too, so it must
  // change nothing.
  void on_read(uint32_t offset, ReadHook hook);
  // Runs after a read over the bus, with the value returned: side effects of reading belong here.
  void after_read(uint32_t offset, AfterReadHook hook);
  // Runs after a write over the bus has been stored (write_one_clears: the bits are cleared), with the value
  // written.
  void on_write(uint32_t offset, WriteHook hook);
  // Asked before each write to the registers in [first, end): where it returns false the register keeps its
  // value and its hook does not run. The access still ends well; a block that refuses tells so in a status
  // register of its own.
  void guard_writes(uint32_t first, uint32_t end, const WriteGuard& guard);

  // The stored value, whatever the access rules; no hook runs.
  uint32_t get(uint32_t offset) const { return registers_[index_of(offset)].value; }
  void set(uint32_t offset, uint32_t value) { registers_[index_of(offset)].value = value; }
  // Sets the value now and at every reset, for registers that show a property of the model.
  void set_reset_value(uint32_t offset, uint32_t value);

  // Returns every register to its reset value. No hook runs.
  void reset();

  // Serves one payload, sets its response status and returns it. Besides 4 bytes it may have 1, 2 or 8, at a
  // multiple of its length, the least significant byte at the lowest address: reads of part of a register are
  // reads of the register, 8 bytes are two registers, the lower one first; writes of other than 4 bytes are
  // for registers where a write does no more than to store (read-write, without a hook), and leave the rest
  // of a register as it is.
  //   burst error       other lengths or unaligned, streaming, or a write of other than 4 bytes that does
  //   more
  //                     than to store
  //   byte enable error byte enables given
  //   address error     no register at this offset
  //   command error     write of a read-only register, read of a write-only one
  //   generic error     a reserved bit written as one, or no pointer to the data
  // After an error nothing has changed and no hook has run. They are reported, as by refuse().
  tlm::tlm_response_status access(tlm::tlm_generic_payload& payload);

  // Answers an access with an error, and tells why in an SC_REPORT_WARNING of the type "/hwcvp/registers":
  // "hwc.registers: write of STATUS at 0x14: command error: the register is read-only". Each kind of refusal,
  // of reads and of writes, is told once; so a constant is to say `why`.
  void refuse(tlm::tlm_generic_payload& payload, tlm::tlm_response_status status, const char* why);

  // Debug access, without side effects. Reads any span of bytes up to the first one that is in no register;
  // write-only registers show what was written last. Writes whole words as far as they go to registers where
  // a write does no more than to store. Returns the number of bytes read or written.
  unsigned debug_access(tlm::tlm_generic_payload& payload);

 private:
  static constexpr uint16_t kNone = 0xffff;

  struct Register {
    const RegisterDescription* description = nullptr;  // null: no register at this offset
    uint32_t value = 0;
    uint32_t reset = 0;
    uint16_t on_read = kNone;  // indices into the vectors of hooks, which keeps this struct small
    uint16_t after_read = kNone;
    uint16_t on_write = kNone;
    uint16_t guard = kNone;
  };

  size_t index_of(uint32_t offset) const {
    const size_t index = offset / 4;
    if (offset % 4 != 0 || index >= registers_.size() || registers_[index].description == nullptr) {
      throw_unknown(offset);
    }
    return index;
  }
  // The answer to an access, and why where it is an error.
  struct Answer {
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
    const char* why = "";
  };

  [[noreturn]] static void throw_unknown(uint32_t offset);
  Answer serve(tlm::tlm_generic_payload& payload);
  static Answer check_read(const Register& entry);
  Answer check_write(const Register& entry, uint32_t value, bool whole_word) const;
  // A write does no more than to store the value, guards aside.
  static bool only_stores(const Register& entry) {
    return entry.description->access == RegisterAccess::read_write && entry.on_write == kNone;
  }
  uint32_t read(const Register& entry);
  void write(Register& entry, uint32_t value);
  unsigned debug_write(tlm::tlm_generic_payload& payload);
  uint32_t current(const Register& entry) const;

  const std::string name_;
  tlm_support::StreamingWidthCheck streaming_width_;
  std::vector<Register> registers_;                             // by offset / 4
  std::set<std::pair<tlm::tlm_command, std::string>> refused_;  // kinds that have been told of
  std::vector<ReadHook> read_hooks_;
  std::vector<AfterReadHook> after_read_hooks_;
  std::vector<WriteHook> write_hooks_;
  std::vector<WriteGuard> write_guards_;
};

}  // namespace hwcvp::registers
