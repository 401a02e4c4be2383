// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/sram_buffer.h"
#include "hw/common/clock.h"
#include "hw/common/payload.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/memory/image_store.h"
#include "hw/memory/kept_tensors.h"
#include "hw/memory/sram_banks.h"
#include "hw/trace/status_trace.h"
#include "quant/geometry.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cimarron {

// Holds images and, at the end, their logits. Image i lies in bank i mod banks; a bank serves one
// at a time, the host's writing of an image or the reading of a row, in the order in which they ask
// (the few logits never wait). start() lets the next image stream to its readers,
// one row after another: ceil(row bits / port_bits) cycles of reading, then one interconnect
// transfer. on_done is called when all logits of an image have arrived. There is room for `images`
// images and the logits of as many more as are under way.
// When weights are reloaded, it also keeps tensors from the round that makes them to those that
// read them, itself or in DRAM, and streams what it is told to. A row from or to DRAM is written
// into its SRAM and read from it like any other.
class GlobalBuffer : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(GlobalBuffer);
    GlobalBuffer(const sc_core::sc_module_name& name, const SramBufferParams& params, int images,
                 const Shape& image, int image_bits, const Shape& output, const Clock& clock,
                 ImageBegins& begins);

    tlm_utils::simple_target_socket<GlobalBuffer> vector_target{"vector_target"};
    tlm_utils::simple_initiator_socket<GlobalBuffer> vector_initiator{"vector_initiator"};
    std::function<void()> on_done;
    // Pipelined: whether the image's readers have room for a row.
    std::function<bool(std::int64_t image, int pixel)> has_room;
    void retry(const CriticalPath& freed);  // there may be room now

    std::size_t image_bytes() const { return static_cast<std::size_t>(store_.image_values()); }
    std::size_t logit_count() const { return static_cast<std::size_t>(store_.logit_count()); }
    // Reloading: what it keeps, beside the image. Called when one has arrived whole.
    void keep_image() { image_kept_ = true; }
    void keep(int index, const Tensor& tensor, std::unique_ptr<SpilledTensor> spilled);
    std::function<void()> on_kept;
    // All of a tensor is there.
    bool has(int tensor) const { return kept_.at(tensor).complete(); }
    // Whether a vector of a tensor may be sent to it, which then must be. Called when there is more
    // room.
    bool admits(int tensor, int pixel) { return kept_.admits(tensor, pixel); }
    std::function<void()> on_room;
    // Of what arrived last, in DRAM where it goes there.
    const CriticalPath& kept_path() const { return kept_path_; }
    const CriticalPath& start_path() const { return start_path_; }
    // A round begins to send, led by this.
    void resume(const CriticalPath& path) { start_path_ = path; }
    // To an interconnect's destination, after what was to be sent before.
    void send(int tensor, int destination);
    void release_image();  // no round reads it any more

    // Host side; the cycles are those of the port.
    std::int64_t write_image(const std::uint8_t* codes);  // with waiting for its bank
    std::int64_t read_logits(std::int64_t* logits);       // of the oldest image not read
    // Of that image, until they were complete.
    const CriticalPath& logits_path() const { return store_.logits_path(); }
    void start();
    bool has_place() const { return store_.has_place(); }  // for an image
    bool started() const { return store_.counts().started > 0; }
    // There is an image whose logits are not complete.
    bool computing() const { return store_.counts().started > store_.counts().done; }
    bool has_logits() const { return store_.has_logits(); }
    const sc_core::sc_event& image_sent() const { return image_sent_; }
    const sc_core::sc_event& logits_done() const { return logits_done_; }
    std::string waiting_for() const;  // for the report of a stuck run; empty when idle
    // Shows state (0 idle, 1 a row on its way out, 2 no room for it), row, and the images written,
    // started, sent, done and read so far, energy_j.
    void record(Waveform& wave);

    std::int64_t codes_sent() const { return codes_sent_; }
    std::int64_t codes_received() const { return codes_received_; }
    std::int64_t activations() const { return activations_; }
    const SramBufferActivity& activity() const { return sram_.activity(); }

private:
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
    struct Outgoing {
        int tensor = 0;
        int destination = 0;
    };
    // What is being sent: the image, or a tensor that is kept.
    KeptTensor* outgoing_kept() { return kept_.find(outgoing_.front().tensor); }  // nullptr: image
    std::int64_t image() const { return store_.counts().sent; }  // that is sent or computed
    void begin_sending();
    void read_row();
    void send_row();
    void free_image();

    const Clock& clock_;
    const int image_bits_;
    SramBanks sram_;
    ImageStore store_;
    KeptTensors kept_;
    bool image_kept_ = false;  // weights are reloaded
    CriticalPath kept_path_;
    std::deque<Outgoing> outgoing_;  // the first is being sent
    int row_ = 0;                    // of it
    bool awaits_dram_ = false;       // for that row
    bool no_room_ = false;
    StatusTrace* trace_ = nullptr;  // the waveform has it
    ReusablePayload<VectorExtension> payload_;
    ImageBegins& begins_;
    CriticalPath start_path_;  // of the latest image started
    CriticalPath read_path_;   // of the row's reading, begun, then ended
    CriticalPath send_path_;   // of its sending
    CriticalPath room_path_;   // of the room it waited for
    std::int64_t codes_sent_ = 0;
    std::int64_t codes_received_ = 0;
    std::int64_t activations_ = 0;

    sc_core::sc_event image_sent_{"image_sent"};
    sc_core::sc_event logits_done_{"logits_done"};
    sc_core::sc_event next_row_{"next_row"};
    sc_core::sc_event row_ready_{"row_ready"};
};

}  // namespace cimarron
