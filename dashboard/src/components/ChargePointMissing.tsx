// In place of a charge point's page: it is on its way, there is none, or it could not be read.
import { Center, Loader } from "@mantine/core";
import { Link } from "wouter";
import { Problem } from "../data/api";
import { Notice } from "./Notice";

export function ChargePointMissing({ identifier, error }: { identifier: string; error: Error | null }) {
  if (!error) {
    return (
      <Center mih="50vh">
        <Loader type="dots" />
      </Center>
    );
  }
  const missing = error instanceof Problem && error.status === 404;
  return (
    <Notice
      icon="station"
      title={missing ? `No charge point is called ${identifier}` : "This page could not be read"}
    >
      {missing ? (
        <>
          It may have been removed, has not connected yet, or is none of yours.{" "}
          <Link href="/charge-points">All that you see</Link>
        </>
      ) : (
        error.message
      )}
    </Notice>
  );
}
