// The framing of GDB's packets, good ones and bad ones.
#include "models/gdb/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "models/gdb/hexadecimal.h"

namespace hwcvp::gdb {
namespace {

using ::testing::ElementsAre;

// The events in a stream of bytes, a packet as its payload in quotes.
std::vector<std::string> events(const std::string& bytes, PacketReader& reader) {
  std::vector<std::string> names;
  for (const char byte : bytes) {
    const auto event = reader.take(byte);
    if (!event) continue;
    switch (event->kind) {
      case Event::Kind::packet:
        names.push_back("'" + event->payload + "'");
        break;
      case Event::Kind::broken_packet:
        names.emplace_back("broken");
        break;
      case Event::Kind::acknowledged:
        names.emplace_back("+");
        break;
      case Event::Kind::not_acknowledged:
        names.emplace_back("-");
        break;
      case Event::Kind::interrupt:
        names.emplace_back("interrupt");
        break;
    }
  }
  return names;
}

std::vector<std::string> events(const std::string& bytes) {
  PacketReader reader;
  return events(bytes, reader);
}

TEST(GdbPacketTest, SendsThePacketsOfTheProtocolsManual) {
  EXPECT_EQ("$OK#9a", packet("OK"));
  EXPECT_EQ("$#00", packet("")) << "the answer to what is not supported";
  EXPECT_EQ("$m20000512,4#57", packet("m20000512,4")) << "as GDB sends it";
  EXPECT_EQ("$}\x03}\x04}]}\n#" + to_hexadecimal(std::string(1, char(4 * '}' + 3 + 4 + ']' + '\n'))),
            packet("#$}*"));
}

TEST(GdbPacketTest, ReadsPacketsAndWhatStandsBetweenThem) {
  EXPECT_THAT(events("+$OK#9a-\x03$#00"), ElementsAre("+", "'OK'", "-", "interrupt", "''"));
  EXPECT_THAT(events("$OK#9A"), ElementsAre("'OK'")) << "digits of either case";
  EXPECT_THAT(events("hello GET / HTTP/1.1\r\n"), ElementsAre()) << "what belongs to no packet is skipped";
  EXPECT_THAT(events(packet("a#b$c}d*e")), ElementsAre("'a#b$c}d*e'"));
}

TEST(GdbPacketTest, TellsBrokenPackets) {
  const struct {
    const char* what;
    std::string bytes;
    std::vector<std::string> expected;
  } cases[] = {
      {"wrong checksum", "$OK#9b", {"broken"}},
      {"checksum without digits", "$OK#zz", {"broken"}},
      {"half a checksum, then the next packet", "$OK#9$OK#9a", {"broken", "'OK'"}},
      {"no checksum, then the next packet", "$OK#$OK#9a", {"broken", "'OK'"}},
      {"broken off, then the next packet", "$m1000$OK#9a", {"broken", "'OK'"}},
      {"an escape at the end", "$}#7d", {"broken"}},
      {"no end", "$m1000", {}},
      {"an interrupt within a packet is of its payload", "$\x03#03", {"'\x03'"}},
      {"empty checksum of a longer packet", "$g#00", {"broken"}},
  };
  for (const auto& c : cases) EXPECT_EQ(c.expected, events(c.bytes)) << c.what;
}

TEST(GdbPacketTest, KeepsNoMoreThanTheLongestPayload) {
  const std::string longest(kMaxPayload, 'x');
  EXPECT_THAT(events(packet(longest)), ElementsAre("'" + longest + "'"));
  EXPECT_THAT(events(packet(longest + 'x') + packet("OK")), ElementsAre("broken", "'OK'"));
  PacketReader reader;
  EXPECT_THAT(events("$" + std::string(1 << 22, 'x'), reader), ElementsAre());
  EXPECT_THAT(events(packet("OK"), reader), ElementsAre("broken", "'OK'")) << "after an endless one";
}

TEST(GdbPacketTest, AnyPayloadArrivesWhateverCameBefore) {
  const unsigned seed = 20261124;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto noise = [&](size_t bytes, const std::string& alphabet) {
    std::string text;
    for (size_t i = 0; i < bytes; ++i) {
      text += alphabet.empty() ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    }
    return text;
  };
  PacketReader reader;
  for (int i = 0; i < 2000; ++i) {
    events(noise(random() % 100, i % 2 == 0 ? "" : "$#}+-0aM,\x03"), reader);
    const std::string payload = noise(random() % 100, "");
    const auto found = events(packet(payload), reader);
    ASSERT_FALSE(found.empty());
    ASSERT_EQ("'" + payload + "'", found.back()) << "packet " << i;
  }
}

TEST(GdbHexadecimalTest, RefusesWhatIsNoNumber) {
  EXPECT_EQ(0xffffffffffffffffu, parse_hexadecimal("ffffffffffffffff"));
  EXPECT_EQ(0x1Fu, parse_hexadecimal("1F"));
  for (const char* text : {"", "g", "-1", " 1", "0x1", "10000000000000000", "1 "}) {
    EXPECT_FALSE(parse_hexadecimal(text)) << text;
  }
  EXPECT_EQ(std::string("\0\xff", 2), parse_bytes("00fF"));
  for (const char* text : {"0", "0g", "g0", "000"}) EXPECT_FALSE(parse_bytes(text)) << text;
}

}  // namespace
}  // namespace hwcvp::gdb
