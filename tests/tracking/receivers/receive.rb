# Answers 204 to what the snippet takes for ours and 400 to the rest: ruby receive.rb PORT.
require "socket"
require_relative "verify"

server = TCPServer.new("127.0.0.1", ARGV[0].to_i)
loop do
  client = server.accept
  next client.close unless client.gets # somebody who only wanted to know whether we are there
  headers = {}
  until (line = client.gets.chomp).empty?
    name, value = line.split(": ", 2)
    headers[name.downcase] = value
  end
  body = client.read(headers["content-length"].to_i)
  begin
    verify(headers["x-secret"], headers, body)
    client.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
  rescue RuntimeError
    client.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
  end
  client.close
end
