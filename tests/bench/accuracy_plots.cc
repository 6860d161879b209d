#include "accuracy_plots.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/chart/scale.h"
#include "cli/chart/svg_chart.h"

namespace ptpcore::bench {
namespace {

using hostctl::cli::DrawSvg;
using hostctl::cli::Figure;
using hostctl::cli::Panel;
using hostctl::cli::Series;
using hostctl::cli::WithUnit;

// Root mean square of the offset in stretches that grow with the time since the start.
Series Size(const Contestant& contestant) {
  Series series;
  double sum = 0;
  double count = 0;
  double until_s = 0.5;
  double from_s = 0;
  for (const Look& look : contestant.track) {
    if (look.at_s >= until_s && count > 0) {
      series.points.emplace_back((from_s + until_s) / 2, std::sqrt(sum / count));
      from_s = until_s;
      until_s = std::max(until_s * 1.04, look.at_s + 0.01);
      sum = count = 0;
    }
    sum += look.offset_ns * look.offset_ns;
    ++count;
  }
  return series;
}

Series Close(const Contestant& contestant, double from_s, double to_s, double unit) {
  Series series;
  for (const Look& look : contestant.track) {
    if (look.at_s >= from_s && look.at_s <= to_s) {
      series.points.emplace_back(look.at_s, look.offset_ns / unit);
    }
  }
  return series;
}

// tau: 1, 2, 4 ... times the spacing, up to a quarter of the stretch.
Series Deviation(const Contestant& contestant, double from_s, bool allan) {
  Series series;
  const std::vector<double> phase = Phase(contestant.track, from_s);
  if (phase.size() < 8) return series;
  const Track& track = contestant.track;
  const double spacing_s = track[1].at_s - track[0].at_s;
  for (double exact = 1; exact * 4 <= static_cast<double>(phase.size()); exact *= 1.4142136) {
    const auto m = static_cast<size_t>(std::lround(exact));
    const double tau = static_cast<double>(m) * spacing_s;
    const double value = allan ? AllanDeviation(phase, spacing_s, m) : TimeDeviation(phase, m);
    if (value > 0 && (series.points.empty() || series.points.back().first < tau)) {
      series.points.emplace_back(tau, value);
    }
  }
  return series;
}

// Axes that hold all points; whole decades in y.
void Fit(Panel& panel) {
  double low_x = 1e300;
  double high_x = 0;
  double low = 1e300;
  double high = 0;
  for (const Series& series : panel.series) {
    for (const auto& [x, y] : series.points) {
      low_x = std::min(low_x, x);
      high_x = std::max(high_x, x);
      if (y > 0) low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  panel.x.from = low_x;
  panel.x.to = high_x;
  panel.y.from = std::pow(10, std::floor(std::log10(low)));
  panel.y.to = std::pow(10, std::ceil(std::log10(high)));
}

std::string Describe(const sim::LinkModel& link) {
  std::string text =
      absl::StrCat(WithUnit(link.constant_ns), " + exp(", WithUnit(link.queue_ns), ")");
  if (link.burst_chance > 0) text += absl::StrFormat(", bursts in %g %%", 100 * link.burst_chance);
  if (link.spike_chance > 0) text += absl::StrFormat(", spikes in %g %%", 100 * link.spike_chance);
  if (link.loss > 0) text += absl::StrFormat(", loss %g %%", 100 * link.loss);
  return text;
}

std::string Describe(const sim::World& world) {
  std::string text = absl::StrCat("One-way delay ", Describe(world.from_master));
  if (world.from_master.extra_chance > 0) {
    absl::StrAppendFormat(&text, ", on half of the Syncs up to %s more",
                          WithUnit(world.from_master.extra_ns));
  }
  absl::StrAppendFormat(&text, "; %g s between Syncs; frequency walks %g ppb/√s", world.interval_s,
                        world.wander_ppb);
  if (world.temperature_ppb > 0) {
    absl::StrAppendFormat(&text, " and ±%g ppb in %g s", world.temperature_ppb,
                          world.temperature_period_s);
  }
  for (const sim::Incident& incident : world.incidents) {
    absl::StrAppendFormat(&text, "; at %g s ", incident.at_s);
    if (incident.frequency_ppb != 0) {
      absl::StrAppendFormat(&text, "the frequency jumps by %g ppm", incident.frequency_ppb / 1e3);
    } else if (incident.master_ramp_ppb != 0) {
      absl::StrAppendFormat(&text, "the master lies for %g s, by %g µs/s",
                            incident.master_ramp_for_s, incident.master_ramp_ppb / 1e3);
    } else {
      absl::StrAppendFormat(&text, "the path gets longer by %s%s",
                            WithUnit(incident.from_master_ns),
                            incident.to_master_ns > 0 ? " both ways" : ", Syncs only");
    }
  }
  return text;
}

}  // namespace

std::string DrawWorld(const sim::World& world, double seconds,
                      const std::vector<Contestant>& contestants) {
  Figure figure;
  figure.title = absl::StrCat("World “", world.name, "”: true error of the clock");
  figure.subtitle = Describe(world);

  // A close look at ten minutes, or at what surrounds the incident.
  double from_s = seconds - std::min(seconds / 2, 300 * world.interval_s);
  double to_s = seconds;
  if (!world.incidents.empty()) {
    from_s = world.incidents[0].at_s - 60;
    to_s = world.incidents[0].at_s + 240;
  }
  double largest = 0;
  for (const Contestant& contestant : contestants) {
    double at_most = 0;
    for (const Look& look : contestant.track) {
      if (look.at_s >= from_s && look.at_s <= to_s) {
        at_most = std::max(at_most, std::abs(look.offset_ns));
      }
    }
    // ptpd's start may last longer than all else is worth.
    if (contestant.name != "ptpd" || largest == 0) largest = std::max(largest, at_most);
  }
  const bool micro = largest > 2'000;
  const double unit = micro ? 1e3 : 1;

  Panel size{"Size of the true offset since the start",
             {"time since the start, s", true, 1, 2},
             {"RMS of the true offset, ns", true, 1, 2},
             {}};
  Panel close{world.incidents.empty() ? "True offset, close" : "True offset around the incident",
              {"time since the start, s", false, from_s, to_s},
              {micro ? "true offset, µs" : "true offset, ns", false, -largest / unit * 1.05,
               largest / unit * 1.05},
              {}};
  Panel allan{"Allan deviation of the second half",
              {"averaging time τ, s", true, 1, 2},
              {"ADEV, ppb", true, 1, 2},
              {}};
  Panel time{"Time deviation of the second half",
             {"averaging time τ, s", true, 1, 2},
             {"TDEV, ns", true, 1, 2},
             {}};
  for (const Contestant& contestant : contestants) {
    const bool ours = &contestant == &contestants.back();
    const auto add = [&](Panel& panel, Series series, double width) {
      series.name = contestant.name;
      series.color = contestant.color;
      series.width = ours ? width * 1.7 : width;
      panel.series.push_back(std::move(series));
    };
    add(size, Size(contestant), 1.4);
    add(close, Close(contestant, from_s, to_s, unit), 1.0);
    add(allan, Deviation(contestant, seconds / 2, true), 1.6);
    add(time, Deviation(contestant, seconds / 2, false), 1.6);
    figure.legend.emplace_back(
        contestant.color,
        absl::StrCat(contestant.name, " ", WithUnit(Rms(contestant.track, seconds / 2))));
  }
  std::reverse(figure.legend.begin(), figure.legend.end());
  for (Panel* panel : {&size, &allan, &time}) Fit(*panel);
  figure.panels = {size, close, allan, time};
  return DrawSvg(figure);
}

}  // namespace ptpcore::bench
