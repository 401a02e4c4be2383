// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/global_buffer.h"

#include "hw/program/program.h"

namespace cimarron {

GlobalBuffer::GlobalBuffer(const sc_core::sc_module_name& name, const SramBufferParams& params,
                           int images, const Shape& image, int image_bits, const Shape& output,
                           const Clock& clock, ImageBegins& begins)
    : sc_module(name),
      clock_(clock),
      image_bits_(image_bits),
      sram_(params, clock),
      store_(images, image, output),
      kept_(sram_),
      begins_(begins) {
    vector_target.register_b_transport(this, &GlobalBuffer::receive);
    vector_initiator.register_nb_transport_bw(this, &GlobalBuffer::sent);
    SC_METHOD(read_row);
    sensitive << next_row_;
    dont_initialize();
    SC_METHOD(send_row);
    sensitive << row_ready_;
    dont_initialize();
}

std::int64_t GlobalBuffer::write_image(const std::uint8_t* codes) {
    const std::int64_t image = store_.counts().written;
    begins_.begin(image, clock_.now());
    const TracedActivation traced(trace_);
    store_.write(codes);
    return sram_.occupy(store_.place(image), sram_.write(store_.image_values() * image_bits_));
}

std::int64_t GlobalBuffer::read_logits(std::int64_t* logits) {
    const TracedActivation traced(trace_);
    store_.read(logits);
    return sram_.read(store_.logit_count() * kLogitBits);
}

void GlobalBuffer::start() {
    const TracedActivation traced(trace_);
    const std::int64_t image = store_.counts().started;
    start_path_ = CriticalPath::begin(image, begins_.of(image))
                      .then(kHostPath, PathCause::image, clock_.now());
    store_.start();
    kept_.begin_image();
    if (!image_kept_) send(0, 0);
}

void GlobalBuffer::keep(int index, const Tensor& tensor, std::unique_ptr<SpilledTensor> spilled) {
    KeptTensor& kept = kept_.add(index, tensor, std::move(spilled));
    if (!kept.spilled) return;
    kept.spilled->on_written = [this, &kept] {
        kept_path_ = kept_path_.then(kHostPath, PathCause::dram, clock_.now());
        if (kept.spilled->written()) on_kept();
        on_room();
    };
    kept.spilled->on_fetched = [this] {
        if (awaits_dram_) next_row_.notify(sc_core::SC_ZERO_TIME);
    };
}

// The rows of a tensor, one after another: begin_sending, then read_row, send_row and sent of each.
void GlobalBuffer::send(int tensor, int destination) {
    outgoing_.push_back({tensor, destination});
    if (outgoing_.size() == 1) begin_sending();
}

void GlobalBuffer::begin_sending() {
    const KeptTensor* kept = outgoing_kept();
    if (kept != nullptr && kept->spilled) kept->spilled->begin_sending();
    next_row_.notify(sc_core::SC_ZERO_TIME);
}

void GlobalBuffer::read_row() {
    const TracedActivation traced(trace_);
    ++activations_;
    KeptTensor* kept = outgoing_kept();
    awaits_dram_ = kept != nullptr && kept->spilled && !kept_.fetch(*kept, row_);
    if (awaits_dram_) return;
    const bool starts = start_path_.image() == image() && start_path_.ends(clock_.now());
    read_path_ = begins_.follow(starts ? start_path_ : send_path_, image(), clock_.now());
    if (kept != nullptr) read_path_ = read_path_.then(kHostPath, PathCause::dram, clock_.now());
    const Shape& shape = store_.shape();
    const std::int64_t bits = kept != nullptr
                                  ? kept->row_bits()
                                  : std::int64_t{shape.width} * shape.channels * image_bits_;
    row_ready_.notify(clock_.cycles(sram_.occupy(store_.place(image()), sram_.read(bits))));
}

void GlobalBuffer::send_row() {
    const TracedActivation traced(trace_);
    ++activations_;
    const bool waited = no_room_;
    if (!waited) read_path_ = read_path_.then(kHostPath, PathCause::global_buffer, clock_.now());
    no_room_ = has_room && !has_room(image(), row_ * store_.shape().width);
    if (no_room_) return;
    send_path_ = waited ? begins_.follow(room_path_, image(), clock_.now()) : read_path_;
    const KeptTensor* kept = outgoing_kept();
    const Shape& shape = kept == nullptr ? store_.shape() : kept->shape;
    VectorExtension& transfer = payload_.extension;
    transfer.path = send_path_;
    transfer.tensor = outgoing_.front().tensor;
    transfer.destination = outgoing_.front().destination;
    transfer.image = image();
    transfer.first_pixel = row_ * shape.width;
    transfer.pixels = shape.width;
    transfer.first_channel = 0;
    transfer.channels = shape.channels;
    transfer.bits_per_code = kept == nullptr ? image_bits_ : kept->bits;
    codes_sent_ += transfer.codes();
    const int value_bytes = payload_bytes(transfer.bits_per_code);
    const unsigned char* values = kept == nullptr ? store_.codes(image()) : kept->values.data();
    tlm::tlm_generic_payload& payload = payload_.write(
        0, values + std::ptrdiff_t{transfer.first_pixel} * shape.channels * value_bytes,
        static_cast<std::size_t>(transfer.codes() * value_bytes));
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum GlobalBuffer::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_);
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/global_buffer", "unexpected phase");
    payload.release();
    send_path_ = send_path_.then(kHostPath, PathCause::network, clock_.now());
    const KeptTensor* kept = outgoing_kept();
    if (++row_ == (kept == nullptr ? store_.shape() : kept->shape).height) {
        row_ = 0;
        outgoing_.pop_front();
        if (!image_kept_) free_image();
        if (!outgoing_.empty()) begin_sending();
    } else {
        next_row_.notify(sc_core::SC_ZERO_TIME);
    }
    return tlm::TLM_COMPLETED;
}

void GlobalBuffer::retry(const CriticalPath& freed) {
    if (!no_room_) return;
    room_path_ = freed;
    row_ready_.notify(sc_core::SC_ZERO_TIME);
}

void GlobalBuffer::release_image() {
    if (image_kept_) free_image();
}

void GlobalBuffer::free_image() {
    store_.sent();
    image_sent_.notify(sc_core::SC_ZERO_TIME);
}

void GlobalBuffer::receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_);
    const auto& vector = *payload.get_extension<VectorExtension>();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (KeptTensor* kept = kept_.find(vector.tensor)) {
        kept_path_ = vector.path;
        if (kept_.receive(*kept, vector, payload.get_data_ptr())) on_kept();
        return;
    }
    sram_.write(vector.bits());
    codes_received_ += vector.codes();
    if (!store_.receive(vector, payload.get_data_ptr(), payload.get_data_length())) return;
    logits_done_.notify(sc_core::SC_ZERO_TIME);
    on_done();
}

}  // namespace cimarron
