// Which initiator a transaction comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <tlm>

namespace hwcvp {

// An extension of the generic payload that initiators put on their transactions where their property
// `initiator_id` is set. Bus, monitors and memories of this library neither read nor change it.
class InitiatorId : public tlm::tlm_extension<InitiatorId> {
 public:
  explicit InitiatorId(uint32_t id) : id_(id) {}

  uint32_t id() const { return id_; }

  tlm::tlm_extension_base* clone() const override { return new InitiatorId(id_); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    id_ = static_cast<const InitiatorId&>(other).id_;
  }

 private:
  uint32_t id_;
};

// The ID that a transaction carries, if any.
inline std::optional<uint32_t> initiator_id_of(const tlm::tlm_generic_payload& payload) {
  const InitiatorId* const extension = payload.get_extension<InitiatorId>();
  return extension == nullptr ? std::nullopt : std::optional<uint32_t>(extension->id());
}

}  // namespace hwcvp
