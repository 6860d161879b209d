"""PTP on and its state read, as an automation engineer would write it: plain
python3-grpcio and stubs generated from the public proto, nothing of ours.

    python3 automation.py --socket /run/hostctl/hostd.sock --interface vmk0

Prints the status report as JSON. Exit status 0: done; 1: refused, with the
stable reason on stderr.
"""
import argparse
import importlib
import pathlib
import subprocess
import sys
import tempfile

import google
import grpc

PROTO_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "proto"
PROTOS = ["hostctl/v1/access.proto", "hostctl/v1/ptp.proto", "hostctl/v1/ptp_stats.proto",
          "hostctl/v1/change.proto", "hostctl/v1/condition.proto",
          "hostctl/v1/ptp_history.proto", "hostctl/v1/ptp_protocol.proto", "hostctl/v1/service.proto",
          "hostctl/v1/fallback.proto", "hostctl/v1/test.proto",
          "google/rpc/status.proto", "google/rpc/error_details.proto"]


def generate_stubs(folder):
    """Generates the Python stubs into `folder` and makes them importable."""
    subprocess.run(["protoc", f"-I{PROTO_FOLDER}", "-I/usr/include", f"--python_out={folder}",
                    "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
                    f"--grpc_python_out={folder}", *PROTOS], check=True)
    sys.path.insert(0, str(folder))
    google.__path__.append(f"{folder}/google")  # google.protobuf is installed; google.rpc is not


def reasons(error):
    """The stable reasons (google.rpc.ErrorInfo) that came with a failed call."""
    status_pb2 = importlib.import_module("google.rpc.status_pb2")
    details_pb2 = importlib.import_module("google.rpc.error_details_pb2")
    found = []
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    found.append(info.reason)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", required=True, help="unix socket of hostd")
    parser.add_argument("--interface", required=True, help="vmk0 or a device name")
    parser.add_argument("--dry-run", action="store_true", help="only print what would change")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        generate_stubs(folder)
        ptp_pb2 = importlib.import_module("hostctl.v1.ptp_pb2")
        ptp_pb2_grpc = importlib.import_module("hostctl.v1.ptp_pb2_grpc")
        json_format = importlib.import_module("google.protobuf.json_format")

        with grpc.insecure_channel(f"unix:{arguments.socket}") as channel:
            ptp = ptp_pb2_grpc.PtpServiceStub(channel)
            try:
                # hostctl system ptp set --enable --interface vmk0
                update = ptp_pb2.UpdatePtpRequest(
                    config={"enabled": True, "interface": arguments.interface},
                    update_mask={"paths": ["enabled", "interface"]},
                    validate_only=arguments.dry_run)
                updated = ptp.UpdatePtp(update, timeout=10)
                if arguments.dry_run:
                    print(json_format.MessageToJson(updated))
                    return 0
                # hostctl system ptp stats get; the engine may still be starting
                stats = ptp.GetPtpStats(ptp_pb2.GetPtpStatsRequest(), timeout=10)
                print(json_format.MessageToJson(stats, preserving_proto_field_name=True))
                return 0
            except grpc.RpcError as error:
                print(f"{error.code().name}: {error.details()} {reasons(error)}", file=sys.stderr)
                return 1


if __name__ == "__main__":
    sys.exit(main())
