// The protocol between host and firmware, seen from both ends.
#include "models/mailbox/mailbox.h"
#include "models/tlm/processes.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <optional>
#include <vector>

#include "registers/mailbox.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

struct Initiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};
  explicit Initiator(const sc_core::sc_module_name& name) : sc_module(name) {}
};

class MailboxTest : public SystemcTest {
 protected:
  MailboxTest() {
    initiator.socket.bind(mailbox.socket);
    mailbox.interrupt.bind(interrupt);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  tlm::tlm_response_status transport(tlm::tlm_command command, uint32_t offset, uint32_t& value,
                                     sc_time& delay) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    initiator.socket->b_transport(payload, delay);
    return payload.get_response_status();
  }

  uint32_t read(uint32_t offset, sc_time delay = sc_core::SC_ZERO_TIME) {
    uint32_t value = 0;
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, transport(tlm::TLM_READ_COMMAND, offset, value, delay))
        << "offset " << offset;
    return value;
  }

  tlm::tlm_response_status write(uint32_t offset, uint32_t value, sc_time delay = sc_core::SC_ZERO_TIME) {
    return transport(tlm::TLM_WRITE_COMMAND, offset, value, delay);
  }

  static void run(double nanoseconds) { sc_core::sc_start(sc_time(nanoseconds, SC_NS)); }

  Initiator initiator{"initiator"};
  Mailbox mailbox{"mailbox", sc_time(5, SC_NS)};
  sc_core::sc_signal<bool> interrupt{"interrupt"};
};

TEST_F(MailboxTest, JobGoesThroughFromDoorbellToDone) {
  EXPECT_FALSE(interrupt.read());
  EXPECT_EQ(uint32_t{MAILBOX_ID_RESET}, read(MAILBOX_ID));
  mailbox.post_job(0x123456789abcdef0, 0xfedcba9876543210);
  run(1);
  EXPECT_TRUE(interrupt.read());
  EXPECT_TRUE(mailbox.busy());
  EXPECT_EQ(0x9abcdef0u, read(MAILBOX_JOB_LO));
  EXPECT_EQ(0x12345678u, read(MAILBOX_JOB_HI));
  EXPECT_EQ(0x76543210u, read(MAILBOX_STATUS_LO));
  EXPECT_EQ(0xfedcba98u, read(MAILBOX_STATUS_HI));
  EXPECT_EQ(1u, read(MAILBOX_DOORBELL));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_DOORBELL, 0));
  run(1);
  EXPECT_TRUE(interrupt.read()) << "writing 0 clears nothing";
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_DOORBELL, 1));
  run(1);
  EXPECT_FALSE(interrupt.read());
  EXPECT_EQ(0u, read(MAILBOX_DOORBELL));
  EXPECT_TRUE(mailbox.busy());
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_DONE, 1));
  EXPECT_FALSE(mailbox.busy());
}

TEST_F(MailboxTest, TellsTheHostOfProgressWithinTheWrite) {
  expect_report("/hwcvp/registers");
  std::vector<uint32_t> told;
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, write(MAILBOX_PROGRESS, 1)) << "no job is under way";
  mailbox.post_job(0x1000, 0x2000);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_PROGRESS, 1)) << "nobody has to listen";
  mailbox.on_progress = [&](uint32_t jobs_done) { told.push_back(jobs_done); };
  run(100);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_PROGRESS, 2, sc_time(40, SC_NS)));
  EXPECT_EQ(std::vector<uint32_t>{2}, told);
  EXPECT_EQ(sc_time(145, SC_NS), mailbox.progress_time()) << "the processor's local time and the access";
  EXPECT_TRUE(mailbox.busy());
}

struct Waiter : sc_core::sc_module {
  const sc_core::sc_event& event;
  std::optional<sc_time> seen;
  Waiter(const sc_core::sc_module_name& name, const sc_core::sc_event& awaited)
      : sc_module(name), event(awaited) {
    HWCVP_THREAD(run);
  }
  void run() {
    wait(event);
    seen = sc_core::sc_time_stamp();
  }
};

TEST_F(SystemcTest, DoneComesAtTheFirmwaresLocalTime) {
  Initiator initiator{"initiator"};
  Mailbox mailbox{"mailbox", sc_time(5, SC_NS)};
  sc_core::sc_signal<bool> interrupt{"interrupt"};
  initiator.socket.bind(mailbox.socket);
  mailbox.interrupt.bind(interrupt);
  Waiter waiter{"waiter", mailbox.done_event()};
  mailbox.post_job(0, 0);
  sc_core::sc_start(sc_time(100, SC_NS));
  uint32_t one = 1;
  tlm::tlm_generic_payload payload;
  payload.set_write();
  payload.set_address(MAILBOX_DONE);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&one));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  sc_time delay(40, SC_NS);
  initiator.socket->b_transport(payload, delay);
  ASSERT_TRUE(payload.is_response_ok());
  EXPECT_EQ(sc_time(45, SC_NS), delay) << "the access takes the latency";
  sc_core::sc_start(sc_time(44, SC_NS));
  EXPECT_FALSE(waiter.seen);
  sc_core::sc_start(sc_time(2, SC_NS));
  ASSERT_TRUE(waiter.seen);
  EXPECT_EQ(sc_time(145, SC_NS), *waiter.seen);
}

TEST_F(MailboxTest, DoneWithoutAJobIsRefused) {
  expect_report("/hwcvp/registers");
  EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, write(MAILBOX_DONE, 1));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, write(MAILBOX_CONSOLE, 'x')) << "one refusal leaves nothing behind";
}

TEST_F(MailboxTest, SecondJobWhileOneIsUnderWayIsAnError) {
  expect_report("/hwcvp/mailbox");
  mailbox.post_job(1, 2);
  EXPECT_THROW(mailbox.post_job(3, 4), sc_core::sc_report);
  ASSERT_EQ(1u, reports().size());
  EXPECT_EQ("mailbox: a job is under way", reports()[0]);
  EXPECT_EQ(1u, read(MAILBOX_JOB_LO));
}

TEST_F(MailboxTest, ConsoleDeliversLines) {
  std::vector<std::string> lines;
  mailbox.on_console_line = [&](const sc_core::sc_time&, const std::string& line) { lines.push_back(line); };
  for (const char character : std::string("one\n\ntwo")) {
    write(MAILBOX_CONSOLE, static_cast<unsigned char>(character));
  }
  EXPECT_EQ((std::vector<std::string>{"one", ""}), lines);
  write(MAILBOX_CONSOLE, '\n');
  EXPECT_EQ("two", lines.back());
  for (size_t i = 0; i < Mailbox::kMaxConsoleLine; ++i) {
    write(MAILBOX_CONSOLE, 'a');
  }
  EXPECT_EQ(std::string(Mailbox::kMaxConsoleLine, 'a'), lines.back())
      << "a line without end arrives in pieces";
}

TEST_F(MailboxTest, ConsoleTakesUpToFourCharactersAtOnceAndTellsTheTimeOfTheFirst) {
  std::vector<std::string> lines;
  std::vector<sc_time> times;
  mailbox.on_console_line = [&](const sc_time& time, const std::string& line) {
    times.push_back(time);
    lines.push_back(line);
  };
  const auto word = [](const char* four) {
    uint32_t value = 0;
    std::memcpy(&value, four, sizeof value);
    return value;
  };
  run(1000);
  write(MAILBOX_CONSOLE, word("abcd"), sc_time(7, SC_NS));
  run(500);
  write(MAILBOX_CONSOLE, word("e\nfg"));
  write(MAILBOX_CONSOLE, word("h\n\0\0"));
  write(MAILBOX_CONSOLE, 0);
  EXPECT_EQ((std::vector<std::string>{"abcde", "fgh"}), lines);
  EXPECT_EQ((std::vector<sc_time>{sc_time(1000 + 7 + 5, SC_NS), sc_time(1500 + 5, SC_NS)}), times)
      << "the initiator's local time and the mailbox's latency included";
}

TEST_F(MailboxTest, LogLevelComesWithTheDoorbell) {
  mailbox.post_job(1, 2);
  EXPECT_EQ(MAILBOX_DOORBELL_PENDING_MASK, read(MAILBOX_DOORBELL)) << "failures only";
  mailbox.reset();
  mailbox.set_log_level(2);
  mailbox.post_job(1, 2);
  const uint32_t level = 2u << MAILBOX_DOORBELL_LOG_LEVEL_LSB;
  EXPECT_EQ(MAILBOX_DOORBELL_PENDING_MASK | level, read(MAILBOX_DOORBELL));
  write(MAILBOX_DOORBELL, MAILBOX_DOORBELL_PENDING_MASK);
  EXPECT_EQ(level, read(MAILBOX_DOORBELL)) << "what the firmware clears is the bell";
}

TEST_F(MailboxTest, TimeIncludesTheLocalTimeAndLatchesItsHighHalf) {
  run(1000);
  EXPECT_EQ(1000u + 30 + 5, read(MAILBOX_TIME_LO, sc_time(30, SC_NS)));
  EXPECT_EQ(0u, read(MAILBOX_TIME_HI));
  sc_core::sc_start(sc_time(5, sc_core::SC_SEC));  // 5.000001 s = 0x1'2a05'f5e8 ns
  EXPECT_EQ(0x2a05f5edu, read(MAILBOX_TIME_LO));
  EXPECT_EQ(1u, read(MAILBOX_TIME_HI));
  sc_core::sc_start(sc_time(5, sc_core::SC_SEC));
  EXPECT_EQ(1u, read(MAILBOX_TIME_HI)) << "latched until TIME_LO is read again";
  read(MAILBOX_TIME_LO);
  EXPECT_EQ(2u, read(MAILBOX_TIME_HI));
}

TEST_F(MailboxTest, ResetDropsTheJob) {
  mailbox.post_job(1, 2);
  run(1);
  mailbox.reset();
  run(1);
  EXPECT_FALSE(interrupt.read());
  EXPECT_FALSE(mailbox.busy());
  EXPECT_EQ(0u, read(MAILBOX_JOB_LO));
  mailbox.post_job(5, 6);
  EXPECT_EQ(5u, read(MAILBOX_JOB_LO));
}

TEST_F(MailboxTest, DebugReadsTakeNoTimeAndLatchNothing) {
  sc_core::sc_start(sc_time(5, sc_core::SC_SEC));
  uint32_t value = 0;
  tlm::tlm_generic_payload payload;
  payload.set_read();
  payload.set_address(MAILBOX_TIME_LO);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  EXPECT_EQ(4u, initiator.socket->transport_dbg(payload));
  EXPECT_EQ(5000000000u & 0xffffffffu, value);
  EXPECT_EQ(0u, read(MAILBOX_TIME_HI));
}

}  // namespace
}  // namespace hwcvp
