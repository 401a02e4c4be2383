// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/window_pipeline.h"

#include <algorithm>

namespace cimarron {

WindowPipeline::WindowPipeline(const sc_core::sc_module_name& name, const TileParams& params,
                               const Clock& clock, TileDatapath& datapath, TileMacros& macros,
                               TilePaths& paths, WaitAttribution& waits)
    : sc_module(name),
      params_(params),
      clock_(clock),
      datapath_(datapath),
      macros_(macros),
      paths_(paths),
      waits_(waits),
      schedule_(datapath.stage(), datapath.placement()),
      post_work_(post_work(params, datapath.stage(), datapath.placement())),
      queue_bits_(output_queue_bits(params, datapath.stage(), datapath.placement())),
      windows_(datapath.band().windows()) {
    macros_.on_done = [this](int copy) {
        paths_.computed(copy);
        wake();
    };
    SC_METHOD(advance);
    sensitive << advance_event_;
    dont_initialize();
    SC_METHOD(fetched);
    sensitive << fetch_event_;
    dont_initialize();
    SC_METHOD(posted);
    sensitive << post_event_;
    dont_initialize();
}

// Moves every window that can move; the order lets a freed step be filled in the same cycle.
// Results are taken in the order of windows, whichever copy is done first.
void WindowPipeline::advance() {
    ++activations_;
    if (macros_.done(copy_of(handed_over_)) && !post_busy_) hand_over();
    if (register_full_ && !macros_.busy(copy_of(issued_))) issue();
    if (!fetching_ && !register_full_ && next_ready()) fetch_next();
    tell_macros();
    if (!sending_ && !queue_.empty()) send();
    name_waits();
}

void WindowPipeline::fetch_next() {
    const int window = window_of(fetches_);
    fetching_ = true;
    paths_.fetch_begins(image_of(fetches_));
    if (index_of(fetches_) == 0) started_ += clock_.now();
    if (!running_) tell(TileStep::start, 0);
    running_ = true;
    tell(TileStep::fetch, window);
    const int cycles = datapath_.fetch(image_of(fetches_), window);
    ++fetches_;
    fetch_event_.notify(clock_.cycles(cycles));
}

void WindowPipeline::fetched() {
    const std::int64_t number = fetches_ - 1;
    ++activations_;
    fetching_ = false;
    register_full_ = true;
    paths_.fetched();
    tell(TileStep::fetched, window_of(number));
    datapath_.fetched(image_of(number), window_of(number));
    if (on_room) on_room(path());
    advance();
}

// The next window goes to the copy whose turn it is.
void WindowPipeline::issue() {
    const int copy = copy_of(issued_);
    const int window = window_of(issued_);
    paths_.issued(image_of(issued_), copy);
    ++issued_;
    register_full_ = false;
    datapath_.issue(copy);
    macros_.reserve(copy);
    tell(TileStep::issue, window);
    macros_.begin(copy, datapath_);
}

void WindowPipeline::hand_over() {
    const int copy = copy_of(handed_over_);
    paths_.handed_over(image_of(handed_over_), copy);
    ++handed_over_;
    datapath_.collect(copy, 1, 1, macros_.results(copy), 0);
    macros_.release(copy);
    post_busy_ = true;
    tell(TileStep::hand_over, window_of(posted_));
    post_work_.quantized = schedule_.quantized(index_of(posted_));
    post_event_.notify(clock_.cycles(post_cycles(params_.post_processing, post_work_)));
}

void WindowPipeline::posted() {
    ++activations_;
    datapath_.post_process(image_of(posted_), window_of(posted_), 0, 1, macros_.readout(), queue_);
    post_blocked_ = queue_.bits() > queue_bits_;
    post_busy_ = post_blocked_;
    tell(TileStep::posted, window_of(posted_));
    paths_.posted();
    ++posted_;
    if (on_room) on_room(path());
    finish_if_idle();
    advance();
}

void WindowPipeline::send() {
    const OutputVector& vector = queue_.front();
    const StageOutput& output = datapath_.stage().outputs[static_cast<std::size_t>(vector.output)];
    no_room_ = has_room && !has_room(output.tensor, image_of_front(), vector.pixel);
    if (no_room_) return;
    sending_ = true;
    const CriticalPath& path = paths_.send_begins(image_of_front());
    tell(TileStep::send, vector.pixel);
    offer(vector, image_of_front(), path);
}

void WindowPipeline::sent() {
    sending_ = false;
    paths_.sent();
    const int pixel = queue_.front().pixel;
    queue_.pop();
    ++sends_;
    if (sends_ % static_cast<std::int64_t>(schedule_.departures().size()) == 0)
        finished_ += clock_.now();
    tell(TileStep::sent, pixel);
    finish_if_idle();
    if (post_blocked_ && queue_.bits() <= queue_bits_) {
        post_blocked_ = false;
        post_busy_ = false;
        tell(TileStep::unblocked, window_of(posted_ - 1));
    }
    wake();
}

void WindowPipeline::finish_if_idle() {
    if (!running_ || !idle()) return;
    running_ = false;
    tell(TileStep::idle, 0);
    for (WindowPipeline* other : sharing_) {
        other->paths_.tile_is_free(path());
        other->wake();
    }
    on_idle();
}

bool WindowPipeline::next_ready() const {
    return datapath_.ready(image_of(fetches_), window_of(fetches_)) && turn();
}

bool WindowPipeline::turn() const {
    return running_ || std::none_of(sharing_.begin(), sharing_.end(),
                                    [](const WindowPipeline* other) { return other->running_; });
}

std::int64_t WindowPipeline::image_of_front() const {
    return sends_ / static_cast<std::int64_t>(schedule_.departures().size());
}

void WindowPipeline::expect(const VectorExtension& vector) {
    waits_.offered(vector);
    name_waits();
}

void WindowPipeline::arrived(const VectorExtension& vector) {
    paths_.vector_arrived(vector.path);
    waits_.arrived(vector);
    name_waits();
    if (!active_ && next_ready()) wake();
}

void WindowPipeline::retry(const CriticalPath& freed) {
    if (!no_room_) return;
    paths_.readers_have_room(freed);
    wake();
}

// A macro without work waits for its input while a window is on its way to it, otherwise for what
// the next window depends on.
void WindowPipeline::tell_macros() {
    const bool active = fetching_ || register_full_;
    if (active == active_) return;
    active_ = active;
    macros_.write_all(macro_address::kActive, active ? 1 : 0);
}

void WindowPipeline::name_waits() {
    waits_.next_window(image_of(fetches_), window_of(fetches_));
    waits_.results(post_blocked_, no_room_);
}

}  // namespace cimarron
