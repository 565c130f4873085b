// ns3_hold SCHEDULER PENDING EVENTS exponential|cancelling|mail
//
// The hold model of bench_kernel.c with ns-3's simulator: prints "EVENTS SECONDS" of processor time.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "ns3/object-factory.h"
#include "ns3/simulator.h"

namespace {

std::vector<int64_t> delaysUs(1 << 16);
uint32_t nextDelay;
uint64_t eventsLeft;
struct Session {
  ns3::EventId timer;
  uint64_t steps = 0;
};
std::vector<Session> sessions;

ns3::Time Delay() { return ns3::MicroSeconds(delaysUs[nextDelay++ % delaysUs.size()]); }

void TimeIsUp() {}

void Step(Session *session) {
  session->steps++;
  if (--eventsLeft == 0) ns3::Simulator::Stop();
  ns3::Simulator::Schedule(Delay(), &Step, session);
}

void StepCancelling(Session *session) {
  session->steps++;
  if (--eventsLeft == 0) ns3::Simulator::Stop();
  session->timer.Cancel();
  session->timer = ns3::Simulator::Schedule(ns3::Seconds(300), &TimeIsUp);
  ns3::Simulator::Schedule(Delay(), &StepCancelling, session);
}

void FillDelays(bool likeMail) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> exponential(1e-6);
  for (auto &delay : delaysUs) {
    auto share = random() % 100;
    if (!likeMail) delay = std::llround(exponential(random));
    else if (share < 30) delay = 0;
    else if (share < 60) delay = 20000;
    else if (share < 90) delay = 15000 + static_cast<int64_t>(random() % 60001);
    else if (share < 97) delay = 5000000;
    else delay = share < 99 ? 300000000 : 1800000000;
  }
}

double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double RunEvents(uint64_t events) {
  eventsLeft = events;
  double started = ProcessorSeconds();
  ns3::Simulator::Run();
  return ProcessorSeconds() - started;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  uint32_t pending = static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10));
  uint64_t events = std::strtoull(argv[3], nullptr, 10);
  std::string how = argv[4];
  FillDelays(how == "mail");
  sessions.resize(pending);
  ns3::ObjectFactory factory;
  factory.SetTypeId(argv[1]);
  ns3::Simulator::SetScheduler(factory);
  for (uint32_t i = 0; i < pending; i++)
    ns3::Simulator::Schedule(Delay(), how == "cancelling" ? &StepCancelling : &Step, &sessions[i]);
  RunEvents(pending);
  double seconds = RunEvents(events);
  std::printf("%llu %.6f\n", static_cast<unsigned long long>(events), seconds);
  ns3::Simulator::Destroy();
}
