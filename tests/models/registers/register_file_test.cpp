// The access rules of RegisterFile, one by one, and its hooks.
#include "models/registers/register_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <vector>

#include "registers/mailbox_table.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp::registers {
namespace {

constexpr uint32_t kConfig = 0x0, kState = 0x4, kCommand = 0x8, kFlags = 0x10, kSize = 0x20;
constexpr RegisterDescription kTable[] = {
    {"CONFIG", kConfig, RegisterAccess::read_write, 0x12u, 0xffu},
    {"STATE", kState, RegisterAccess::read_only, 0xcafef00du, 0xffffffffu},
    {"COMMAND", kCommand, RegisterAccess::write_only, 0u, 0xfu},
    {"FLAGS", kFlags, RegisterAccess::write_one_clears, 0u, 0x7u},
};

class RegisterFileTest : public SystemcTest {
 protected:
  struct Result {
    tlm::tlm_response_status status;
    uint32_t value;
  };

  struct Payload : tlm::tlm_generic_payload {
    Payload(tlm::tlm_command command, uint64_t address, void* data, unsigned bytes) {
      set_command(command);
      set_address(address);
      set_data_ptr(static_cast<unsigned char*>(data));
      set_data_length(bytes);
      set_streaming_width(bytes);
    }
  };

  Result read(uint64_t address) {
    uint32_t value = 0xdeadbeef;
    Payload access(tlm::TLM_READ_COMMAND, address, &value, 4);
    const tlm::tlm_response_status status = file.access(access);
    EXPECT_EQ(status, access.get_response_status()) << "the payload carries the status that access() returns";
    return {status, value};
  }

  tlm::tlm_response_status write(uint64_t address, uint32_t value) {
    Payload access(tlm::TLM_WRITE_COMMAND, address, &value, 4);
    return file.access(access);
  }

  RegisterFile file{"block.registers", kTable, kSize};
};

TEST_F(RegisterFileTest, StartsWithResetValuesAndReturnsToThem) {
  EXPECT_EQ(0x12u, read(kConfig).value);
  EXPECT_EQ(0xcafef00du, read(kState).value);
  ASSERT_EQ(tlm::TLM_OK_RESPONSE, write(kConfig, 0x55));
  EXPECT_EQ(0x55u, read(kConfig).value);
  file.set_reset_value(kState, 7);
  EXPECT_EQ(7u, read(kState).value) << "a reset value that a property sets holds at once";
  file.set(kState, 9);
  file.reset();
  EXPECT_EQ(0x12u, read(kConfig).value);
  EXPECT_EQ(7u, read(kState).value);
}

TEST_F(RegisterFileTest, RefusesWhatTheTableForbidsAndChangesNothing) {
  expect_report("/hwcvp/registers");
  int hooks = 0;
  file.on_write(kConfig, [&](uint32_t) { ++hooks; });
  file.on_write(kState, [&](uint32_t) { ++hooks; });
  file.after_read(kCommand, [&](uint32_t) { ++hooks; });
  EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, write(kState, 0)) << "read-only";
  EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, read(kCommand).status) << "write-only";
  EXPECT_EQ(0xdeadbeefu, read(kCommand).value) << "a refused read leaves the data alone";
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, write(kConfig, 0x100)) << "reserved bit";
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, read(0xc).status) << "hole in the table";
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, read(kSize).status) << "end of the block";
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, write(uint64_t{1} << 34, 1))
      << "high address bits are not dropped";
  EXPECT_EQ(0x12u, file.get(kConfig));
  EXPECT_EQ(0xcafef00du, file.get(kState));
  EXPECT_EQ(0, hooks);
}

TEST_F(RegisterFileTest, ServesPartsOfARegisterAndTwoLeastSignificantByteFirst) {
  expect_report("/hwcvp/registers");
  file.set(kState, 0x44332211);
  const auto get = [&](uint64_t address, unsigned bytes) {
    uint64_t value = 0;
    Payload access(tlm::TLM_READ_COMMAND, address, &value, bytes);
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, file.access(access)) << address << ", " << bytes << " bytes";
    return value;
  };
  for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(0x11u * (i + 1), get(kState + i, 1));
  EXPECT_EQ(0x2211u, get(kState, 2));
  EXPECT_EQ(0x4433u, get(kState + 2, 2));
  EXPECT_EQ(0x4433221100000012u, get(kConfig, 8));
  uint64_t value = 0x34;
  Payload byte(tlm::TLM_WRITE_COMMAND, kConfig, &value, 1);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, file.access(byte));
  EXPECT_EQ(0x34u, file.get(kConfig));
  Payload reserved(tlm::TLM_WRITE_COMMAND, kConfig + 1, &value, 1);
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, file.access(reserved)) << "reserved bits, in a byte too";
  Payload both(tlm::TLM_WRITE_COMMAND, kConfig, &value, 8);
  EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, file.access(both)) << "the second one is read-only";
  EXPECT_EQ(0x34u, file.get(kConfig)) << "and the first one keeps its value";
  EXPECT_EQ(0x44332211u, file.get(kState));
}

TEST_F(RegisterFileTest, WritesThatDoMoreThanToStoreNeedTheWholeWord) {
  expect_report("/hwcvp/registers");
  int hooks = 0;
  file.on_write(kConfig, [&](uint32_t) { ++hooks; });
  uint64_t value = 1;
  for (const uint32_t offset : {kConfig, kCommand, kFlags}) {
    for (const unsigned bytes : {1u, 2u}) {
      Payload access(tlm::TLM_WRITE_COMMAND, offset, &value, bytes);
      EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, file.access(access)) << offset;
    }
  }
  EXPECT_EQ(0, hooks);
  EXPECT_EQ(0x12u, file.get(kConfig));
}

TEST_F(RegisterFileTest, RefusesOtherLengthsUnalignedAddressesAndStreaming) {
  expect_report("/hwcvp/registers");
  unsigned char data[16] = {};
  for (const unsigned bytes : {0u, 3u, 5u, 16u}) {
    Payload access(tlm::TLM_READ_COMMAND, kConfig, data, bytes);
    EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, file.access(access)) << bytes << " bytes";
  }
  for (const unsigned offset : {1u, 2u, 3u}) {
    Payload access(tlm::TLM_READ_COMMAND, kConfig + offset, data, 4);
    EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, file.access(access)) << "offset " << offset;
  }
  Payload narrow(tlm::TLM_WRITE_COMMAND, kConfig, data, 4);
  narrow.set_streaming_width(2);
  EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, file.access(narrow));
  unsigned char enables[4] = {0xff, 0xff, 0xff, 0xff};
  Payload enabled(tlm::TLM_WRITE_COMMAND, kConfig, data, 4);
  enabled.set_byte_enable_ptr(enables);
  enabled.set_byte_enable_length(4);
  EXPECT_EQ(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, file.access(enabled));
  EXPECT_EQ(0x12u, file.get(kConfig));
}

TEST_F(RegisterFileTest, WritingOneClears) {
  expect_report("/hwcvp/registers");
  file.set(kFlags, 0x7);
  ASSERT_EQ(tlm::TLM_OK_RESPONSE, write(kFlags, 0x5));
  EXPECT_EQ(0x2u, read(kFlags).value);
  ASSERT_EQ(tlm::TLM_OK_RESPONSE, write(kFlags, 0x0));
  EXPECT_EQ(0x2u, read(kFlags).value);
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, write(kFlags, 0xa)) << "reserved bit";
  EXPECT_EQ(0x2u, read(kFlags).value);
}

TEST_F(RegisterFileTest, HooksSeeTheAccessesOfTheirRegisterOnly) {
  std::vector<uint32_t> written;
  std::vector<uint32_t> returned;
  file.on_write(kCommand, [&](uint32_t value) { written.push_back(value); });
  file.on_write(
      kConfig, [&](uint32_t value) { EXPECT_EQ(value, file.get(kConfig)) << "stored before the hook runs"; });
  file.on_read(kState, [] { return 42u; });
  file.after_read(kState, [&](uint32_t value) { returned.push_back(value); });
  write(kCommand, 3);
  write(kConfig, 4);
  write(kCommand, 5);
  EXPECT_EQ(42u, read(kState).value);
  EXPECT_EQ((std::vector<uint32_t>{3, 5}), written);
  EXPECT_EQ(std::vector<uint32_t>{42}, returned);
}

TEST_F(RegisterFileTest, GuardDropsWrites) {
  bool busy = true;
  std::vector<uint32_t> asked;
  int hooks = 0;
  file.guard_writes(kConfig, kCommand, [&](uint32_t offset) {
    asked.push_back(offset);
    return !busy;
  });
  file.on_write(kConfig, [&](uint32_t) { ++hooks; });
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(kConfig, 1));
  EXPECT_EQ(0x12u, file.get(kConfig));
  EXPECT_EQ(0, hooks);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(kCommand, 1)) << "one past the guarded registers";
  EXPECT_EQ(1u, file.get(kCommand));
  busy = false;
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(kConfig, 1));
  EXPECT_EQ(1u, file.get(kConfig));
  EXPECT_EQ(1, hooks);
  EXPECT_EQ((std::vector<uint32_t>{kConfig, kConfig}), asked);
}

TEST_F(RegisterFileTest, DebugAccessHasNoSideEffects) {
  int side_effects = 0;
  file.on_read(kState, [] { return 0x04030201u; });
  file.after_read(kState, [&](uint32_t) { ++side_effects; });
  file.set(kCommand, 0xe);
  unsigned char data[16];
  std::memset(data, 0xee, sizeof data);
  Payload span(tlm::TLM_READ_COMMAND, kState + 1, data, 16);
  EXPECT_EQ(7u, file.debug_access(span)) << "three bytes of STATE, COMMAND, then a hole";
  const unsigned char expected[8] = {2, 3, 4, 0xe, 0, 0, 0, 0xee};
  EXPECT_EQ(0, std::memcmp(expected, data, sizeof expected));
  EXPECT_EQ(0, side_effects);
  uint32_t words[2] = {0x34, 0x55};
  Payload write_words(tlm::TLM_WRITE_COMMAND, kConfig, words, 8);
  EXPECT_EQ(4u, file.debug_access(write_words)) << "up to the one that cannot be written";
  EXPECT_EQ(0x34u, file.get(kConfig));
  Payload reserved(tlm::TLM_WRITE_COMMAND, kConfig, data, 4);
  EXPECT_EQ(0u, file.debug_access(reserved)) << "reserved bits";
  file.on_write(kConfig, [&](uint32_t) { ++side_effects; });
  EXPECT_EQ(0u, file.debug_access(write_words)) << "the write would do more than to store";
  EXPECT_EQ(0x34u, file.get(kConfig));
  EXPECT_EQ(0, side_effects);
}

TEST_F(RegisterFileTest, NamesUnknownOffsetsAndBadTables) {
  EXPECT_THROW(file.get(0xc), std::invalid_argument);
  EXPECT_THROW(file.set(kSize, 0), std::invalid_argument);
  EXPECT_THROW(file.on_write(1, [](uint32_t) {}), std::invalid_argument);
  const RegisterDescription outside[] = {{"FAR", 0x40, RegisterAccess::read_write, 0u, 1u}};
  EXPECT_THROW(RegisterFile("block", outside, 0x40), std::invalid_argument);
}

TEST_F(RegisterFileTest, ReportsEachKindOfRefusedAccessOnce) {
  expect_report("/hwcvp/registers");
  write(kState, 0);
  read(kCommand);
  read(0x1c);
  write(kConfig, 0x100);
  write(kConfig + 2, 0);
  read(kConfig);
  read(0xc);
  write(kState, 1);
  const std::vector<std::string> expected = {
      "block.registers: write of STATE at 0x4: command error: the register is read-only",
      "block.registers: read of COMMAND at 0x8: command error: the register is write-only",
      "block.registers: read of nothing at 0x1c: address error: no register is there",
      "block.registers: write of CONFIG at 0x0: generic error: reserved bits must be written as zero",
      "block.registers: write of CONFIG at 0x2: burst error: expected 1, 2, 4 or 8 bytes, aligned, "
      "without streaming",
  };
  EXPECT_EQ(expected, reports());
}

// Every register of a generated table obeys its own row.
TEST_F(RegisterFileTest, GeneratedTableIsObeyed) {
  expect_report("/hwcvp/registers");
  RegisterFile mailbox("mailbox", mailbox_registers::kRegisters, 0x100);
  for (const RegisterDescription& description : mailbox_registers::kRegisters) {
    SCOPED_TRACE(description.name);
    uint32_t value = 0;
    Payload get(tlm::TLM_READ_COMMAND, description.offset, &value, 4);
    if (description.access == RegisterAccess::write_only) {
      EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, mailbox.access(get));
    } else {
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, mailbox.access(get));
      EXPECT_EQ(description.reset, value);
    }
    uint32_t all = description.defined_bits;
    Payload put(tlm::TLM_WRITE_COMMAND, description.offset, &all, 4);
    EXPECT_EQ(description.access == RegisterAccess::read_only ? tlm::TLM_COMMAND_ERROR_RESPONSE
                                                              : tlm::TLM_OK_RESPONSE,
              mailbox.access(put));
  }
}

}  // namespace
}  // namespace hwcvp::registers
